package io.pairstream.trainer.stream;

import io.pairstream.clip.ClipBatch;
import java.util.Set;
import java.util.function.BiConsumer;

/// The clips of the run's validation sets, as often as they are asked for.
public interface ValidationClips {
  /// Hands over every batch of these sets once: the set's name and the batch.
  void forEach(Set<String> sets, BiConsumer<String, ClipBatch> reader);
}
