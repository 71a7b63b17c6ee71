package io.pairstream.producer.command;

import io.pairstream.cli.options.OptionGroup;
import io.pairstream.cli.options.Usage;
import io.pairstream.config.OptionException;
import io.pairstream.producer.dataset.DatasetFormats;
import io.pairstream.producer.dataset.DatasetOptions;
import io.pairstream.producer.video.VideoLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which videos.
@OptionGroup("Dataset")
public final class DatasetFlags {
  @Option(
      names = "--dataset",
      paramLabel = "DIR|LIST",
      description =
          "Something-Something V1 or V2, Kinetics400, HMDB51 or UCF101 as unpacked, a folder with a"
              + " folder a class, or a list file with lines 'path label' or 'path num_frames label'."
              + " A video is a file or a folder of numbered JPEG or PNG images.")
  private @Nullable Path dataset;

  @Option(
      names = "--dataset-format",
      paramLabel = "FORMAT",
      defaultValue = DatasetFormats.AUTO,
      description =
          "auto, which finds it out, or something-v1, something-v2, kinetics400, hmdb51, ucf101, list"
              + " or folder (default: ${DEFAULT-VALUE}).")
  private String format = DatasetFormats.AUTO;

  @Option(
      names = "--validation-list",
      paramLabel = "LIST",
      description = "With a list file: the list to validate on.")
  private @Nullable Path validationList;

  @Option(
      names = "--classes",
      paramLabel = "FILE",
      description = "With a list file: class names, one a line, or with their labels.")
  private @Nullable Path classes;

  @Option(
      names = "--split",
      paramLabel = "N",
      defaultValue = "1",
      description = "With UCF101 and HMDB51: which split (default: ${DEFAULT-VALUE}).")
  private int split;

  @Option(
      names = "--validation-share",
      paramLabel = "SHARE",
      description =
          "The share of the clips that is for validation where the dataset does not say"
              + " (default: "
              + DatasetOptions.DEFAULT_SHARE
              + " of a folder's, none of a list's).")
  private @Nullable Double validationShare;

  @Option(
      names = "--max-video-pixels",
      paramLabel = "PIXELS",
      description =
          "A video whose frames have more is left out: 33177600 takes 8K (default: 9437184, which is"
              + " 4096x2304).")
  private @Nullable Long maxVideoPixels;

  /// The options as a value; the dataset must have been named.
  public DatasetOptions options() {
    return options(Usage.given("--dataset", dataset));
  }

  /// The options as a value, with a dataset from elsewhere.
  public DatasetOptions options(Path path) {
    Usage.atLeast("--split", split, 1);
    return Usage.checked(() -> {
      if (validationShare != null) {
        OptionException.requireShare("--validation-share", validationShare);
      }
      return new DatasetOptions(
          path,
          format,
          Optional.ofNullable(validationList),
          Optional.ofNullable(classes),
          split,
          validationShare == null ? OptionalDouble.empty() : OptionalDouble.of(validationShare),
          maxVideoPixels == null
              ? VideoLimits.DEFAULT
              : VideoLimits.DEFAULT.withMaxPixels(maxVideoPixels));
    });
  }

  /// Options from which another process makes the same value.
  public static List<String> words(DatasetOptions options) {
    List<String> words = new ArrayList<>();
    words.add("--dataset=" + options.path());
    words.add("--dataset-format=" + options.format());
    words.add("--split=" + options.split());
    options.validationList().ifPresent(list -> words.add("--validation-list=" + list));
    options.classes().ifPresent(names -> words.add("--classes=" + names));
    options.validationShare().ifPresent(share -> words.add("--validation-share=" + share));
    words.add("--max-video-pixels=" + options.limits().maxPixels());
    return words;
  }
}
