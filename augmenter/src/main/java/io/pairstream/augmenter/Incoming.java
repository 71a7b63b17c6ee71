package io.pairstream.augmenter;

import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.FrameBatch;
import io.pairstream.clip.SentBatch;
import io.pairstream.clip.Shape;
import io.pairstream.crop.CropPlan;
import io.pairstream.crop.SentFrames;
import io.pairstream.run.BatchOrder;
import io.pairstream.run.RunSpec;
import io.pairstream.wire.ClipBatchSerde;
import io.pairstream.wire.MalformedRecordException;
import io.pairstream.wire.RecordHeaders;
import io.pairstream.wire.SentBatchSerde;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// What a record of RUN.clips turns out to be.
sealed interface Incoming {
  /// A batch to augment.
  record Clips(RecordHeaders headers, ClipBatch batch) implements Incoming {}

  /// A batch to crop and to augment.
  record Frames(RecordHeaders headers, FrameBatch batch) implements Incoming {}

  /// A batch that the producer could not make: passed on as it is.
  record Skipped(RecordHeaders headers, String cause) implements Incoming {}

  /// A batch of this run whose bytes are not what they should be: passed on as skipped.
  record Malformed(RecordHeaders headers, String cause) implements Incoming {}

  /// A record that is no batch of this run, or not in its place: not passed on.
  record Foreign(String cause) implements Incoming {}

  /// What is expected of each record, derived once.
  ///
  /// @param run the run's name
  /// @param clips the shape of a full batch
  /// @param uncropped what frames that are still to be cropped look like, where they travel
  record Expected(
      String run, String runId, BatchOrder order, Shape clips, Optional<SentFrames> uncropped) {
    static Expected of(String run, RunSpec spec) {
      return new Expected(
          run,
          spec.runId(),
          spec.order(),
          spec.content().batchShape(),
          spec.content().augmenterCrop().flatMap(CropPlan::sent));
    }
  }

  /// Reads a record.
  ///
  /// @param partition where the record lay
  static Incoming read(
      Expected expected,
      int partition,
      Headers headers,
      byte @Nullable [] key,
      @Nullable ByteBuffer value) {
    RecordHeaders parsed;
    try {
      parsed = RecordHeaders.parse(key, headers);
      requireOurs(expected, partition, parsed);
    } catch (MalformedRecordException e) {
      return new Foreign(String.valueOf(e.getMessage()));
    }
    Optional<String> skipped = parsed.skipped();
    if (skipped.isPresent()) {
      return new Skipped(parsed, skipped.get());
    }
    try {
      if (value == null) {
        throw new MalformedRecordException("the record has no value");
      }
      MemorySegment bytes = MemorySegment.ofBuffer(value);
      return expected.uncropped().isPresent()
          ? new Frames(parsed, frames(expected, parsed, bytes, expected.uncropped().get()))
          : new Clips(parsed, clips(expected, parsed, bytes));
    } catch (MalformedRecordException e) {
      return new Malformed(parsed, String.valueOf(e.getMessage()));
    }
  }

  private static void requireOurs(Expected expected, int partition, RecordHeaders headers)
      throws MalformedRecordException {
    BatchOrder order = expected.order();
    if (!headers.run().equals(expected.run()) || !headers.runId().equals(expected.runId())) {
      throw new MalformedRecordException(
          "run '" + headers.run() + "' " + headers.runId() + " is another one");
    }
    if (!headers.schema().equals(RecordHeaders.CLIPS) || headers.validation().isPresent()) {
      throw new MalformedRecordException("schema " + headers.schema() + " does not belong here");
    }
    if (headers.epochBatches() != order.batchesPerEpoch()) {
      throw new MalformedRecordException(
          "an epoch of " + headers.epochBatches() + " batches, not " + order.batchesPerEpoch());
    }
    if (headers.id().epoch() >= headers.epochs()) {
      throw new MalformedRecordException(
          "batch " + headers.id() + " of " + headers.epochs() + " epochs");
    }
    int place;
    try {
      place = order.partition(order.number(headers.id()));
    } catch (ArithmeticException e) {
      throw new MalformedRecordException("batch " + headers.id() + " is beyond any run", e);
    }
    if (place != partition) {
      throw new MalformedRecordException(
          "batch " + headers.id() + " belongs in partition " + place);
    }
  }

  private static void requireSame(SentBatch batch, RecordHeaders headers)
      throws MalformedRecordException {
    if (!batch.id().equals(headers.id())) {
      throw new MalformedRecordException(
          "tensor 'batch' says " + batch.id() + ", the headers " + headers.id());
    }
  }

  private static FrameBatch frames(
      Expected expected, RecordHeaders headers, MemorySegment value, SentFrames sent)
      throws MalformedRecordException {
    if (!(SentBatchSerde.decode(value) instanceof FrameBatch batch)) {
      throw new MalformedRecordException(
          "tensor 'frame_size' is missing: the clips of this run are cropped by the augmenter");
    }
    requireSame(batch, headers);
    Shape shape = batch.frames().pixels().shape();
    Shape full = expected.clips();
    // Places ascend: with the last one below N there are at most N clips.
    if (batch.frames().place().longAt(shape.dim(0) - 1) >= full.dim(0)
        || shape.dim(1) != full.dim(1)
        || shape.dim(2) > sent.maxPixels()) {
      throw new MalformedRecordException(
          "tensor 'frames' is %s, the run's batches are at most [%d,%d,%d,3]"
              .formatted(shape, full.dim(0), full.dim(1), sent.maxPixels()));
    }
    return batch;
  }

  private static ClipBatch clips(Expected expected, RecordHeaders headers, MemorySegment value)
      throws MalformedRecordException {
    ClipBatch batch = ClipBatchSerde.decode(value);
    requireSame(batch, headers);
    Shape shape = batch.frames().shape();
    Shape full = expected.clips();
    // Clips that could not be decoded are left out of their batch, so that N may be smaller.
    boolean fits = shape.dim(0) <= full.dim(0);
    for (int axis = 1; axis < full.rank(); axis++) {
      fits &= shape.dim(axis) == full.dim(axis);
    }
    if (!fits) {
      throw new MalformedRecordException(
          "tensor 'frames' is " + shape + ", the run's batches are " + full);
    }
    return batch;
  }
}
