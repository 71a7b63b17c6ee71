package io.pairstream.augmenter.cuda;

import io.pairstream.crop.FrameResizer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The filter along one axis as crop.cu reads it, counted from the first input that matters.
///
/// @param weights of the axis
/// @param from the first input that any output needs
/// @param inputs how many there are from there to the last one
record CudaCropAxis(FrameResizer.Weights weights, int from, int inputs) {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  static CudaCropAxis of(FrameResizer.Weights weights) {
    int from = Integer.MAX_VALUE;
    int to = 0;
    for (int i = 0; i < weights.first().length; i++) {
      from = Math.min(from, weights.first()[i]);
      to = Math.max(to, weights.first()[i] + weights.count()[i]);
    }
    return new CudaCropAxis(weights, from, to - from);
  }

  int outputs() {
    return weights.first().length;
  }

  /// Bytes of the table.
  long bytes() {
    return (2L * outputs() + weights.weight().length) * Integer.BYTES;
  }

  /// Writes the table: first inputs, counts, weights.
  void fill(MemorySegment table) {
    int n = outputs();
    for (int i = 0; i < n; i++) {
      table.setAtIndex(INT, i, weights.first()[i] - from);
    }
    MemorySegment.copy(weights.count(), 0, table, INT, (long) n * Integer.BYTES, n);
    MemorySegment.copy(
        weights.weight(), 0, table, INT, 2L * n * Integer.BYTES, weights.weight().length);
  }
}
