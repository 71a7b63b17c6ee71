package io.pairstream.producer.command;

import io.pairstream.cli.options.OptionGroup;
import io.pairstream.cli.options.Usage;
import io.pairstream.clip.Normalization;
import io.pairstream.config.NormalizationOption;
import io.pairstream.producer.ProducerOptions.Bounds;
import io.pairstream.producer.load.BatchLoader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How much is streamed, how far ahead, and by how many.
@OptionGroup("Stream")
public final class StreamFlags {
  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "10",
      description = "Epochs of the run; may grow later (default: ${DEFAULT-VALUE}).")
  private long epochs;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of all randomness (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--partitions",
      paramLabel = "P",
      defaultValue = "8",
      description = "Partitions of RUN.clips and RUN.pairs (default: ${DEFAULT-VALUE}).")
  private int partitions;

  @Option(
      names = "--max-buffered-bytes",
      paramLabel = "BYTES",
      defaultValue = "" + Bounds.DEFAULT_MAX_BUFFERED_BYTES,
      description =
          "How much may lie in RUN.clips and RUN.pairs that the slowest trainer has not committed"
              + " (default: ${DEFAULT-VALUE}).")
  private long maxBufferedBytes;

  @Option(
      names = "--max-validation-bytes",
      paramLabel = "BYTES",
      defaultValue = "" + Bounds.DEFAULT_MAX_VALIDATION_BYTES,
      description = "How much may lie in RUN.validation (default: ${DEFAULT-VALUE}).")
  private long maxValidationBytes;

  @Option(
      names = "--decoding-threads",
      paramLabel = "N",
      description = "Threads that decode (default: one a core).")
  private @Nullable Integer decodingThreads;

  @Option(
      names = "--mean",
      paramLabel = "R,G,B",
      split = ",",
      description = "Mean of the channels on the scale 0 to 1 (default: ImageNet's).")
  private List<Float> mean = new ArrayList<>();

  @Option(
      names = "--std",
      paramLabel = "R,G,B",
      split = ",",
      description = "Standard deviation of the channels (default: ImageNet's).")
  private List<Float> std = new ArrayList<>();

  public long maxBufferedBytes() {
    return maxBufferedBytes;
  }

  public long seed() {
    return seed;
  }

  public int partitions() {
    return Usage.atLeast("--partitions", partitions, 1);
  }

  /// @param trainers names of those that follow the run
  public Bounds bounds(List<String> trainers, double maxBadRatio) {
    return Usage.checked(
        () -> new Bounds(epochs, trainers, maxBufferedBytes, maxValidationBytes, maxBadRatio));
  }

  public BatchLoader.LoadingOptions loading() {
    int cores = Runtime.getRuntime().availableProcessors();
    int wanted = decodingThreads == null ? cores : decodingThreads;
    return BatchLoader.LoadingOptions.ofThreads(Usage.atLeast("--decoding-threads", wanted, 1));
  }

  public Normalization normalization() {
    Normalization usual = Normalization.IMAGENET;
    return Usage.checked(() ->
        NormalizationOption.of(
            mean.isEmpty() ? usual.mean() : mean, std.isEmpty() ? usual.std() : std));
  }
}
