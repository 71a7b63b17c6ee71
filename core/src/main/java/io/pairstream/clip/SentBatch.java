package io.pairstream.clip;

import java.util.List;

/// What a producer sends: clips, or frames that the augmenter is still to crop to clips.
public sealed interface SentBatch permits ClipBatch, FrameBatch {
  BatchId id();

  /// I64 [N], the class of each clip.
  Tensor label();

  /// I64 [N,T], which frame of its video each frame is, from 0.
  Tensor frameIndex();

  /// N names, for people.
  List<String> clipIds();

  ClipBatch.Lineage lineage();

  /// N, the number of clips.
  int clips();
}
