package io.pairstream.trainer.command;

import io.pairstream.cli.options.OptionGroup;
import io.pairstream.cli.options.Usage;
import io.pairstream.config.DeviceChoice;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.trainer.TrainerOptions.Compute;
import io.pairstream.trainer.TrainerOptions.Input;
import io.pairstream.trainer.TrainerOptions.Limits;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How a trainer reads, how often it saves and how often it checks itself.
@OptionGroup("Reading")
public final class ReadingFlags {
  @Option(
      names = "--prefetch",
      paramLabel = "N",
      defaultValue = "4",
      description = "How many batches are read ahead (default: ${DEFAULT-VALUE}).")
  private int prefetch;

  @Option(
      names = "--gap-timeout",
      paramLabel = "SECONDS",
      defaultValue = "300",
      description =
          "How long a missing batch is waited for while later ones come; then exit code 4"
              + " (default: ${DEFAULT-VALUE}).")
  private long gapTimeout;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "BATCHES",
      description = "Beside each epoch's end (default: 50, or half of what may be buffered).")
  private @Nullable Long checkpointEvery;

  @Option(
      names = "--self-check",
      paramLabel = "BATCHES",
      defaultValue = "0",
      description =
          "Compute the gradients of every so many batches twice and end with exit code 3 where they"
              + " differ; 0 for never (default: ${DEFAULT-VALUE}).")
  private int selfCheck;

  /// @param patience how long to wait for the run to be declared
  /// @param maxBadRatio the share of batches that may be skipped
  public Limits limits(Duration patience, double maxBadRatio) {
    return Usage.checked(() -> new Limits(Duration.ofSeconds(gapTimeout), patience, maxBadRatio));
  }

  public Input input(KafkaOptions kafka, Topics topics, String name, Limits limits) {
    return Usage.checked(() -> new Input(kafka, topics, name, prefetch, limits));
  }

  /// @param threads how many threads an operation of libtorch may use
  /// @param device the processor or a GPU
  public Compute compute(int threads, DeviceChoice device) {
    return Usage.checked(() -> new Compute(threads, device, selfCheck));
  }

  public OptionalLong checkpointEvery() {
    return checkpointEvery == null
        ? OptionalLong.empty()
        : OptionalLong.of(Usage.atLeast("--checkpoint-every", checkpointEvery, 1));
  }
}
