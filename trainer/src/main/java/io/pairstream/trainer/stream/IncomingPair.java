package io.pairstream.trainer.stream;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.Shape;
import io.pairstream.run.BatchOrder;
import io.pairstream.run.RunSpec;
import io.pairstream.wire.MalformedRecordException;
import io.pairstream.wire.PairBatchSerde;
import io.pairstream.wire.RecordHeaders;
import io.pairstream.wire.RecordHeaders.RunIdentity;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// What a record of RUN.pairs turns out to be.
sealed interface IncomingPair {
  /// A batch of this run, in its partition; its value is not read yet.
  record Numbered(long number, RecordHeaders headers) implements IncomingPair {}

  /// The batch that was to come, but its headers are not what they should be.
  record Broken(long number, String cause) implements IncomingPair {}

  /// A record that is no batch of this run, or not in its place.
  record Foreign(String cause) implements IncomingPair {}

  /// Looks at a record's key and headers.
  ///
  /// @param run whose batches are expected
  /// @param expected the number that the partition's cursor waits for
  static IncomingPair identify(
      RunIdentity run, BatchOrder order, ConsumerRecord<byte[], byte[]> record, long expected) {
    byte @Nullable [] key = record.key();
    try {
      RecordHeaders headers = RecordHeaders.parse(key, record.headers());
      if (!headers.run().equals(run.run()) || !headers.runId().equals(run.runId())) {
        return new Foreign("run '" + headers.run() + "' " + headers.runId() + " is another one");
      }
      requirePairsOf(order, headers);
      long number = order.number(headers.id());
      if (order.partition(number) != record.partition()) {
        return new Foreign(
            "batch " + headers.id() + " belongs in partition " + order.partition(number));
      }
      return new Numbered(number, headers);
    } catch (MalformedRecordException | ArithmeticException e) {
      String cause = String.valueOf(e.getMessage());
      BatchId id = order.id(expected);
      return says(key, id.toString()) && says(runId(record.headers()), run.runId())
          ? new Broken(expected, cause)
          : new Foreign(cause);
    }
  }

  private static void requirePairsOf(BatchOrder order, RecordHeaders headers)
      throws MalformedRecordException {
    if (!headers.schema().equals(RecordHeaders.PAIRS) || headers.validation().isPresent()) {
      throw new MalformedRecordException("schema " + headers.schema() + " does not belong here");
    }
    if (headers.epochBatches() != order.batchesPerEpoch()) {
      throw new MalformedRecordException(
          "an epoch of " + headers.epochBatches() + " batches, not " + order.batchesPerEpoch());
    }
  }

  private static byte @Nullable [] runId(Headers headers) {
    Header header = headers.lastHeader("run-id");
    return header == null ? null : header.value();
  }

  private static boolean says(byte @Nullable [] bytes, String text) {
    return bytes != null && Arrays.equals(bytes, text.getBytes(StandardCharsets.UTF_8));
  }

  /// Reads the value of a batch that has data.
  ///
  /// @throws MalformedRecordException naming the tensor or field that is not what the run says
  static PairBatch pairs(RunSpec spec, RecordHeaders headers, byte @Nullable [] value)
      throws MalformedRecordException {
    if (value == null) {
      throw new MalformedRecordException("the record has no value");
    }
    PairBatch batch = PairBatchSerde.decode(value);
    if (!batch.id().equals(headers.id())) {
      throw new MalformedRecordException(
          "tensor 'batch' says " + batch.id() + ", the headers " + headers.id());
    }
    Shape shape = batch.original().shape();
    Shape full = spec.content().batchShape();
    if (shape.dim(0) > full.dim(0)
        || !shape.dims().subList(1, 5).equals(full.dims().subList(1, 5))) {
      throw new MalformedRecordException(
          "tensor 'original' is " + shape + ", the run's batches are " + full);
    }
    if (!batch.normalization().equals(spec.content().normalization())) {
      throw new MalformedRecordException(
          "tensors 'mean' and 'std' are " + batch.normalization() + ", not the run's");
    }
    int classes = spec.content().classNames().size();
    for (long label : batch.label().toLongs()) {
      if (label < 0 || label >= classes) {
        throw new MalformedRecordException(
            "tensor 'label' has " + label + ", the run has " + classes + " classes");
      }
    }
    return batch;
  }
}
