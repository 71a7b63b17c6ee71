package io.pairstream.producer.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A way in which labelled videos lie on a disk. A new format is a new class here and a line in
/// [#detect].
public interface DatasetFormat {
  /// Lists the videos; opens none of them.
  ///
  /// @throws DatasetException if the dataset cannot be used as it is
  /// @throws IOException if a folder or a list cannot be read
  Dataset read() throws IOException;

  /// The format of what lies at the path of the options.
  ///
  /// @throws DatasetException if there is nothing, or if an option does not go with the format
  static DatasetFormat detect(DatasetOptions options) {
    Path path = options.path();
    if (Files.isDirectory(path)) {
      if (options.validationList().isPresent() || options.classes().isPresent()) {
        throw new DatasetException(
            "dataset " + path + " is a folder: validation and class lists go with a list file");
      }
      return Files.exists(path.resolve(Ucf101.CLASSES))
          ? new Ucf101(path, options.split())
          : new FolderPerClass(
              path, options.validationShare().orElse(DatasetOptions.DEFAULT_SHARE));
    }
    if (Files.exists(path)) {
      return new ListFile(
          path, options.validationList(), options.classes(), options.validationShare().orElse(0));
    }
    throw new DatasetException("dataset " + path + " does not exist");
  }
}
