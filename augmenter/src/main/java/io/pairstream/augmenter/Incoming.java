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

  /// Reads a record.
  ///
  /// @param run the run's name
  /// @param partition where the record lay
  static Incoming read(
      String run,
      RunSpec spec,
      int partition,
      Headers headers,
      byte @Nullable [] key,
      @Nullable ByteBuffer value) {
    RecordHeaders parsed;
    try {
      parsed = RecordHeaders.parse(key, headers);
      requireOurs(run, spec, partition, parsed);
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
      Optional<SentFrames> uncropped = spec.content().augmenterCrop().flatMap(CropPlan::sent);
      return uncropped.isPresent()
          ? new Frames(parsed, frames(spec, parsed, bytes, uncropped.get()))
          : new Clips(parsed, clips(spec, parsed, bytes));
    } catch (MalformedRecordException e) {
      return new Malformed(parsed, String.valueOf(e.getMessage()));
    }
  }

  private static void requireOurs(String run, RunSpec spec, int partition, RecordHeaders headers)
      throws MalformedRecordException {
    BatchOrder order = spec.order();
    if (!headers.run().equals(run) || !headers.runId().equals(spec.runId())) {
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
      RunSpec spec, RecordHeaders headers, MemorySegment value, SentFrames sent)
      throws MalformedRecordException {
    if (!(SentBatchSerde.decode(value) instanceof FrameBatch batch)) {
      throw new MalformedRecordException(
          "tensor 'frame_size' is missing: the clips of this run are cropped by the augmenter");
    }
    requireSame(batch, headers);
    Shape shape = batch.frames().pixels().shape();
    RunSpec.Content content = spec.content();
    // Places ascend: with the last one below N there are at most N clips.
    if (batch.frames().place().longAt(shape.dim(0) - 1) >= content.clipsPerBatch()
        || shape.dim(1) != content.frames()
        || shape.dim(2) > sent.maxPixels()) {
      throw new MalformedRecordException(
          "tensor 'frames' is %s, the run's batches are at most [%d,%d,%d,3]"
              .formatted(shape, content.clipsPerBatch(), content.frames(), sent.maxPixels()));
    }
    return batch;
  }

  private static ClipBatch clips(RunSpec spec, RecordHeaders headers, MemorySegment value)
      throws MalformedRecordException {
    ClipBatch batch = ClipBatchSerde.decode(value);
    requireSame(batch, headers);
    Shape shape = batch.frames().shape();
    Shape full = spec.content().batchShape();
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
