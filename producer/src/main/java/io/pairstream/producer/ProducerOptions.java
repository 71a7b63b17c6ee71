package io.pairstream.producer;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairEncoding;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.OptionException;
import io.pairstream.config.Topics;
import io.pairstream.producer.dataset.DatasetOptions;
import io.pairstream.producer.load.BatchLoader;
import io.pairstream.producer.load.ClipFormat;
import java.util.List;
import java.util.Optional;

/// Everything that a producer is told.
///
/// @param topics of the run
/// @param kafka how to reach the broker
/// @param dataset what to stream
/// @param content what of it: with the dataset, what the run's bytes depend on
/// @param bounds how much of it, and how far ahead of the trainers
/// @param work which part of it is this process's, and how it does it
public record ProducerOptions(
    Topics topics,
    KafkaOptions kafka,
    DatasetOptions dataset,
    ContentOptions content,
    Bounds bounds,
    Work work) {

  /// What a run's bytes depend on beside its dataset.
  ///
  /// @param seed of all randomness
  /// @param clips what a video is turned into
  /// @param clipsPerBatch N, a multiple of how often a video is repeated
  /// @param partitions P
  /// @param pairs what the augmenter makes of the clips
  public record ContentOptions(
      long seed, ClipFormat clips, int clipsPerBatch, int partitions, PairOptions pairs) {

    /// How many videos a full batch shows.
    int videosPerBatch() {
      return clips.videosPerBatch(clipsPerBatch);
    }
  }

  /// What the augmenter makes of the clips; only declared here.
  ///
  /// @param augmentation canonical text, with the hashes of plug-ins
  /// @param halfFollows whether its result follows from the clips and a recipe
  /// @param augmentProbability share of the batches that are augmented
  /// @param encoding what of the augmented half travels
  /// @param normalization mean and std
  public record PairOptions(
      String augmentation,
      boolean halfFollows,
      double augmentProbability,
      PairEncoding encoding,
      Normalization normalization) {}

  /// How much.
  ///
  /// @param epochs of the run; may grow from one start to the next
  /// @param trainers the names of those that follow the run
  /// @param maxBufferedBytes on what lies in RUN.clips and RUN.pairs
  /// @param maxValidationBytes on what lies in RUN.validation
  /// @param maxBadRatio the share of an epoch's or a validation set's clips that may be
  ///   undecodable, in [0,1]
  public record Bounds(
      long epochs,
      List<String> trainers,
      long maxBufferedBytes,
      long maxValidationBytes,
      double maxBadRatio) {
    public static final long DEFAULT_MAX_BUFFERED_BYTES = 2L << 30;
    public static final long DEFAULT_MAX_VALIDATION_BYTES = 8L << 30;
    public static final double DEFAULT_MAX_BAD_RATIO = 0.75;

    public Bounds {
      trainers = List.copyOf(trainers);
      OptionException.requireAtLeast("--epochs", epochs, 1);
      OptionException.requireAtLeast("--max-buffered-bytes", maxBufferedBytes, 1);
      OptionException.requireAtLeast("--max-validation-bytes", maxValidationBytes, 0);
      OptionException.requireShare("--max-bad-ratio", maxBadRatio);
    }
  }

  /// Which part of the work is this process's, and how it does it.
  ///
  /// @param producer this one's place among the producers, from 0
  /// @param producers how many share the run's partitions; so far 1
  /// @param from makes the batches from this one on again; so far absent
  /// @param loading how batches are made
  /// @param stayUntilTrained whether to go on deleting what is no longer needed until every trainer
  ///   has committed the last batch
  public record Work(
      int producer,
      int producers,
      Optional<BatchId> from,
      BatchLoader.LoadingOptions loading,
      boolean stayUntilTrained) {}
}
