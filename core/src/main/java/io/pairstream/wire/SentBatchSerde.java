package io.pairstream.wire;

import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.FrameBatch;
import io.pairstream.clip.SentBatch;
import io.pairstream.clip.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.TreeMap;

/// What a producer sends as the value of a `clips/1` record: clips as [ClipBatchSerde] writes them,
/// or frames that are still to be cropped. These have the tensors `frames` U8 [N,T,P,3],
/// `frame_size` I64 [N,2], `place` I64 [N], and the clips' `label`, `frame_index`, `batch` and
/// metadata.
public final class SentBatchSerde {
  private SentBatchSerde() {}

  public static byte[] encode(SentBatch batch) {
    return switch (batch) {
      case ClipBatch clips -> ClipBatchSerde.encode(clips);
      case FrameBatch frames -> encode(frames);
    };
  }

  private static byte[] encode(FrameBatch batch) {
    Map<String, Tensor> tensors =
        Map.of(
            "frames", batch.frames().pixels(),
            "frame_size", batch.frames().size(),
            "place", batch.frames().place(),
            "label", batch.label(),
            "frame_index", batch.frameIndex(),
            "batch", BatchFields.batch(batch.id()));
    return new SafeTensors(new TreeMap<>(tensors), ClipBatchSerde.metadata(batch)).encode();
  }

  /// Reads a record's value; the tensors are views of it.
  ///
  /// @throws MalformedRecordException naming the tensor or field that is wrong
  public static SentBatch decode(byte[] value) throws MalformedRecordException {
    return decode(MemorySegment.ofArray(value));
  }

  /// Reads a record's value where it lies; the tensors are views of it.
  ///
  /// @throws MalformedRecordException naming the tensor or field that is wrong
  public static SentBatch decode(MemorySegment value) throws MalformedRecordException {
    SafeTensors in = SafeTensors.decode(value);
    return in.tensors().containsKey("frame_size") ? frames(in) : ClipBatchSerde.decode(in);
  }

  private static FrameBatch frames(SafeTensors in) throws MalformedRecordException {
    BatchFields.requireOnly(in, "frames", "frame_size", "place", "label", "frame_index", "batch");
    try {
      return new FrameBatch(
          BatchFields.batch(in),
          new FrameBatch.Frames(in.get("frames"), in.get("frame_size"), in.get("place")),
          in.get("label"),
          in.get("frame_index"),
          BatchFields.strings(in, "clip_ids"),
          ClipBatchSerde.lineage(in));
    } catch (IllegalArgumentException e) {
      throw new MalformedRecordException(String.valueOf(e.getMessage()), e);
    }
  }

  /// The bytes that a batch of frames takes without its header, for sizing buffers and credit.
  ///
  /// @param clips N
  /// @param frames T
  /// @param pixels P
  public static long dataBytes(long clips, long frames, long pixels) {
    return 3 * clips * frames * pixels + 8 * clips * (4 + frames) + 16;
  }
}
