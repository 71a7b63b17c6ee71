package io.pairstream.wire;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.SentBatch;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.TreeMap;

/// Clip batches as the value of a `clips/1` record: tensors `frames` U8 [N,T,H,W,3], `label` I64
/// [N], `frame_index` I64 [N,T], `batch` I64 [2]; metadata `clip_ids`, `producer_version`,
/// `sampling`.
public final class ClipBatchSerde {
  private ClipBatchSerde() {}

  public static byte[] encode(ClipBatch batch) {
    Map<String, Tensor> tensors =
        Map.of(
            "frames", batch.frames(),
            "label", batch.label(),
            "frame_index", batch.frameIndex(),
            "batch", BatchFields.batch(batch.id()));
    return new SafeTensors(new TreeMap<>(tensors), metadata(batch)).encode();
  }

  static TreeMap<String, String> metadata(SentBatch batch) {
    return new TreeMap<>(
        Map.of(
            "clip_ids", BatchFields.json(batch.clipIds()),
            "producer_version", batch.lineage().producerVersion(),
            "sampling", batch.lineage().sampling()));
  }

  static ClipBatch.Lineage lineage(SafeTensors in) throws MalformedRecordException {
    return new ClipBatch.Lineage(
        BatchFields.text(in, "producer_version"), BatchFields.text(in, "sampling"));
  }

  /// Reads a record's value; the tensors are views of it.
  ///
  /// @throws MalformedRecordException naming the tensor or field that is wrong
  public static ClipBatch decode(byte[] value) throws MalformedRecordException {
    return decode(MemorySegment.ofArray(value));
  }

  /// Reads a record's value where it lies; the tensors are views of it.
  ///
  /// @throws MalformedRecordException naming the tensor or field that is wrong
  public static ClipBatch decode(MemorySegment value) throws MalformedRecordException {
    return decode(SafeTensors.decode(value));
  }

  static ClipBatch decode(SafeTensors in) throws MalformedRecordException {
    BatchFields.requireOnly(in, "frames", "label", "frame_index", "batch");
    BatchId id = BatchFields.batch(in);
    try {
      return new ClipBatch(
          id,
          in.get("frames"),
          in.get("label"),
          in.get("frame_index"),
          BatchFields.strings(in, "clip_ids"),
          lineage(in));
    } catch (IllegalArgumentException e) {
      throw new MalformedRecordException(String.valueOf(e.getMessage()), e);
    }
  }

  /// The bytes that a batch of this layout takes without its header, for sizing buffers and credit.
  ///
  /// @param frames U8 [N,T,H,W,3]
  public static long dataBytes(Shape frames) {
    return frames.elements() + 8 * frames.dim(0) * (1 + frames.dim(1)) + 16;
  }
}
