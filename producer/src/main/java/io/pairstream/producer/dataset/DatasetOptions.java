package io.pairstream.producer.dataset;

import io.pairstream.config.OptionException;
import io.pairstream.producer.video.VideoLimits;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/// Which dataset, and what of it is for training.
///
/// @param path a folder or a list file
/// @param format a name of [DatasetFormats#names()]
/// @param validationList list file to validate on, beside a list file
/// @param classes file with one class name a line, beside a list file
/// @param split which of UCF101's or HMDB51's splits, from 1
/// @param validationShare the share of the clips that is for validation where the dataset does not
///   say, in [0,1); absent: [#DEFAULT_SHARE] for folders, none for lists
/// @param limits what a video may ask for; one that asks for more is not usable
public record DatasetOptions(
    Path path,
    String format,
    Optional<Path> validationList,
    Optional<Path> classes,
    int split,
    OptionalDouble validationShare,
    VideoLimits limits) {
  public static final double DEFAULT_SHARE = 0.2;

  /// A dataset with the usual limits.
  public DatasetOptions(
      Path path,
      String format,
      Optional<Path> validationList,
      Optional<Path> classes,
      int split,
      OptionalDouble validationShare) {
    this(path, format, validationList, classes, split, validationShare, VideoLimits.DEFAULT);
  }

  public DatasetOptions {
    DatasetFormats.requireKnown(format);
    if (split < 1 || split > 99) {
      throw new OptionException("--split", split + " is outside 1 to 99");
    }
    if (validationShare.isPresent()
        && !(validationShare.getAsDouble() >= 0 && validationShare.getAsDouble() < 1)) {
      throw new OptionException(
          "--validation-share", validationShare.getAsDouble() + " is outside [0,1)");
    }
  }

  /// A dataset whose format is found out.
  public DatasetOptions(
      Path path,
      Optional<Path> validationList,
      Optional<Path> classes,
      int split,
      OptionalDouble validationShare) {
    this(path, DatasetFormats.AUTO, validationList, classes, split, validationShare);
  }
}
