package io.pairstream.producer.dataset;

import io.pairstream.ops.ServiceException;
import java.io.IOException;

/// Reads the labels of a dataset of one format.
public interface DatasetReader {
  /// Lists the videos; opens none of them.
  ///
  /// @throws ServiceException if the dataset cannot be used as it is
  /// @throws IOException if a folder or a list cannot be read
  Dataset read() throws IOException;

  /// The reader of what lies at the path of the options.
  ///
  /// @throws ServiceException if there is nothing, or if an option does not go with the format
  /// @throws IOException if a folder cannot be read
  static DatasetReader detect(DatasetOptions options) throws IOException {
    return DatasetFormats.recognise(options).reader();
  }
}
