package io.pairstream.clip;

/// Which batch of a run: both count from 0. As text, and as a Kafka key, `epoch/batch`.
public record BatchId(long epoch, long batch) {
  public BatchId {
    if (epoch < 0 || batch < 0) {
      throw new IllegalArgumentException("batch id " + epoch + "/" + batch + " is negative");
    }
  }

  /// The batch's place in the whole run: `epoch × batchesPerEpoch + batch`.
  public long number(long batchesPerEpoch) {
    if (batch >= batchesPerEpoch) {
      throw new IllegalArgumentException(
          "batch " + this + " is outside an epoch of " + batchesPerEpoch + " batches");
    }
    return Math.addExact(Math.multiplyExact(epoch, batchesPerEpoch), batch);
  }

  public static BatchId ofNumber(long number, long batchesPerEpoch) {
    return new BatchId(number / batchesPerEpoch, number % batchesPerEpoch);
  }

  /// Reads `epoch/batch`, both in canonical decimal.
  ///
  /// @throws IllegalArgumentException if the text is anything else
  public static BatchId parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("batch id '" + text + "' is not epoch/batch");
    }
    try {
      BatchId id =
          new BatchId(
              Long.parseLong(text.substring(0, slash)), Long.parseLong(text.substring(slash + 1)));
      if (id.toString().equals(text)) {
        return id;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("batch id '" + text + "' is not epoch/batch", e);
    }
    throw new IllegalArgumentException("batch id '" + text + "' is not in canonical form");
  }

  @Override
  public String toString() {
    return epoch + "/" + batch;
  }
}
