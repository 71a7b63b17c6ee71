package io.pairstream.clip;

import java.util.List;

/// A batch of decoded clips, what travels from the producer to the augmenter.
///
/// @param id epoch and batch
/// @param frames U8 [N,T,H,W,3] RGB, N ≥ 1
/// @param label I64 [N], the class of each clip
/// @param frameIndex I64 [N,T], which frame of its video each frame is, from 0
/// @param clipIds N names, for people
/// @param lineage where the bytes come from, for people
public record ClipBatch(
    BatchId id,
    Tensor frames,
    Tensor label,
    Tensor frameIndex,
    List<String> clipIds,
    Lineage lineage)
    implements SentBatch {

  /// Who made the batch and how, for people: never read by a service to decide anything.
  public record Lineage(String producerVersion, String sampling) {}

  public ClipBatch {
    clipIds = List.copyOf(clipIds);
    Layout.requireFrames("frames", frames);
    Layout.requireClips(frames.shape(), label, frameIndex, clipIds);
  }

  /// N, the number of clips.
  @Override
  public int clips() {
    return Math.toIntExact(frames.shape().dim(0));
  }

  /// The same batch with other frames of the same shape.
  public ClipBatch withFrames(Tensor others) {
    return new ClipBatch(id, others, label, frameIndex, clipIds, lineage);
  }
}
