package io.pairstream.cli.source;

import io.pairstream.ops.ServiceException;
import java.nio.file.Path;

/// Files of options that are no recipes: for `--config`, and those that runs keep.
public final class OptionFiles {
  private OptionFiles() {}

  /// Reads a file of options.
  ///
  /// @throws ServiceException (2) naming file, line and what is wrong
  public static OptionFile read(Path file) {
    return OptionFileReader.read(new OptionFileSource.OwnFile(file));
  }
}
