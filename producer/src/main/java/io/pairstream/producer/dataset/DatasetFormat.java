package io.pairstream.producer.dataset;

import io.pairstream.ops.ServiceException;
import java.io.IOException;

/// A way in which labelled videos lie on a disk.
///
/// @param name as `--dataset-format` has it
/// @param layout what it is recognised by, for messages
/// @param finder looks for it
record DatasetFormat(String name, String layout, Finder finder) {

  /// What a format says of a path.
  sealed interface Claim {
    /// It is of this format.
    ///
    /// @param evidence what says so, for people
    record Found(DatasetReader reader, String evidence) implements Claim {}

    /// It is not.
    ///
    /// @param missing what would have to be there, for people
    record Absent(String missing) implements Claim {}
  }

  /// Looks for a format at the path of the options. It opens no video.
  @FunctionalInterface
  interface Finder {
    /// @param nearby what lies there
    /// @throws ServiceException if it is certainly this format but cannot be used as it is
    /// @throws IOException if a folder cannot be read
    Claim find(DatasetOptions options, Nearby nearby) throws IOException;
  }
}
