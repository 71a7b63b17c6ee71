package io.pairstream.augmenter;

import io.pairstream.ops.ServiceException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.streams.errors.MissingSourceTopicException;

/// Tells what ended a stream thread: something that a person must put right, or a bug.
final class StreamsFailure {
  private StreamsFailure() {}

  /// What to throw: a [ServiceException] with one sentence where the environment is to blame, else
  /// the failure itself.
  ///
  /// @param broker where it is, for the sentence
  static RuntimeException explain(Throwable failure, String broker) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ServiceException known) {
        return known;
      }
      if (cause instanceof OutOfMemoryError) {
        return ServiceException.environment(
            "the augmenter is out of memory ("
                + cause.getMessage()
                + "): give it a larger heap or "
                + "the run smaller batches",
            failure);
      }
      if (cause instanceof MissingSourceTopicException) {
        return ServiceException.environment("the run's topics at " + broker + " are gone", failure);
      }
      if (cause instanceof ApiException) {
        return ServiceException.environment(
            "the broker at " + broker + " refuses: " + cause.getMessage(), failure);
      }
    }
    return failure instanceof KafkaException known
        ? known
        : new IllegalStateException("a stream thread failed", failure);
  }
}
