package io.pairstream.augmenter;

import io.pairstream.augment.AugmentationCatalog;
import io.pairstream.clip.PairEncoding;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.OptionException;
import io.pairstream.config.Topics;
import io.pairstream.run.Instance;
import io.pairstream.run.Role;
import java.time.Duration;
import java.util.Optional;

/// What an augmenter is told; everything else it takes from the run.
///
/// @param kafka where the broker is
/// @param topics of the run
/// @param instance which of the run's augmenters it is
/// @param threads stream threads; the result does not depend on it
/// @param expected what the run must be like
/// @param follow whether to go on when the run is complete, for epochs that may be added
/// @param maxBadRatio the share of batches that may be skipped because of their bytes, in [0,1],
///   once 100 batches were seen
/// @param patience how long to wait for the run to be declared
/// @param catalog the augmentations that this process knows
public record AugmenterOptions(
    KafkaOptions kafka,
    Topics topics,
    Instance instance,
    int threads,
    Expected expected,
    boolean follow,
    double maxBadRatio,
    Duration patience,
    AugmentationCatalog catalog) {

  /// Settings that were given to this augmenter and belong to the run: it refuses to start if the
  /// run has others.
  public record Expected(
      Optional<String> augmentation,
      Optional<Double> probability,
      Optional<PairEncoding> encoding) {
    /// Takes any run.
    public static final Expected ANY =
        new Expected(Optional.empty(), Optional.empty(), Optional.empty());
  }

  public AugmenterOptions {
    OptionException.requireAtLeast("--augmenter-threads", threads, 1);
    OptionException.requireShare("--max-bad-ratio", maxBadRatio);
    OptionException.requireAtLeast("--run-timeout", patience.toSeconds(), 0);
  }

  /// One thread, any run, the augmentations of the class path, ends with the run.
  public AugmenterOptions(KafkaOptions kafka, Topics topics) {
    this(kafka, topics, 1);
  }

  /// Any run, the augmentations of the class path, ends with the run.
  public AugmenterOptions(KafkaOptions kafka, Topics topics, int threads) {
    this(
        kafka,
        topics,
        Instance.main(Role.AUGMENTER),
        threads,
        Expected.ANY,
        false,
        0.1,
        Duration.ofMinutes(5),
        AugmentationCatalog.load());
  }
}
