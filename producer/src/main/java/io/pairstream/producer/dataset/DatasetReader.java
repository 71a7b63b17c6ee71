package io.pairstream.producer.dataset;

import io.pairstream.ops.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A way in which labelled videos lie on a disk. A new format is a new class here and a line in
/// [#detect].
public interface DatasetReader {
  /// Lists the videos; opens none of them.
  ///
  /// @throws ServiceException if the dataset cannot be used as it is
  /// @throws IOException if a folder or a list cannot be read
  Dataset read() throws IOException;

  /// The reader of what lies at the path of the options.
  ///
  /// @throws ServiceException if there is nothing, or if an option does not go with the format
  static DatasetReader detect(DatasetOptions options) {
    Path path = options.path();
    if (Files.isDirectory(path)) {
      if (options.validationList().isPresent() || options.classes().isPresent()) {
        throw ServiceException.usage(
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
    throw ServiceException.usage("dataset " + path + " does not exist");
  }
}
