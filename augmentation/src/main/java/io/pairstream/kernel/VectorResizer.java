package io.pairstream.kernel;

import io.pairstream.crop.FrameResizer;
import io.pairstream.crop.FrameView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// What [FrameResizer] does, with the vector instructions of the processor and the same bytes: all
/// of it is integer arithmetic. The JVM must run with `--add-modules jdk.incubator.vector`.
///
/// Along a row each output gathers its inputs, weight by weight, from a row that was widened once;
/// down the columns whole rows are weighted and added. Short loops over plain arrays, for the
/// reason that [VectorSwapMix] gives.
final class VectorResizer implements CpuCropMix.Resizer {
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Byte> NARROW =
      VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, INTS.vectorBitSize() / 4)));
  private static final int LANES = INTS.length();
  private static final int CHANNELS = 3;

  private final FrameView.Box box;
  private final FrameResizer.Weights down;
  private final int firstRow;
  private final int rows;

  /// Bytes of a row of the clip, and the next multiple of a vector's lanes.
  private final int outRow;

  private final int padded;

  /// Of each output byte along a row, by tap: where its input is, and the weight of that.
  private final int[][] inputs;

  private final int[][] weights;

  private final byte[] bytes;
  private final int[] row;
  private final byte[] narrowed;
  private final byte[] line;

  VectorResizer(FrameView view) {
    FrameResizer plain = new FrameResizer(view);
    FrameResizer.Weights across = plain.across();
    this.box = view.box();
    this.down = plain.down();
    int height = view.window().height();
    this.firstRow = down.first()[0];
    this.rows = down.first()[height - 1] + down.count()[height - 1] - firstRow;
    this.outRow = view.window().width() * CHANNELS;
    this.padded = whole(outRow);
    int taps = Arrays.stream(across.count()).max().orElseThrow();
    this.inputs = new int[taps][padded];
    this.weights = new int[taps][padded];
    layOut(across);
    this.bytes = new byte[whole(box.width() * CHANNELS)];
    this.row = new int[bytes.length];
    this.narrowed = new byte[rows * outRow + LANES];
    this.line = new byte[padded];
  }

  /// Outputs beyond a row and taps beyond an output's count have no weight and any input.
  private void layOut(FrameResizer.Weights across) {
    for (int i = 0; i < outRow; i++) {
      int x = i / CHANNELS;
      for (int k = 0; k < across.count()[x]; k++) {
        inputs[k][i] = (across.first()[x] + k) * CHANNELS + i % CHANNELS;
        weights[k][i] = across.weight()[x * across.taps() + k];
      }
    }
  }

  private static int whole(int elements) {
    return (elements + LANES - 1) / LANES * LANES;
  }

  @Override
  public void resize(MemorySegment rgb, long stride, byte[] clip, int offset) {
    for (int r = 0; r < rows; r++) {
      long from = (box.y() + firstRow + r) * stride + (long) box.x() * CHANNELS;
      MemorySegment.copy(rgb, ValueLayout.JAVA_BYTE, from, bytes, 0, box.width() * CHANNELS);
      widen();
      // A row's last vector reaches into the next one, which comes later.
      for (int i = 0; i < padded; i += LANES) {
        narrow(i, r * outRow + i);
      }
    }
    for (int y = 0; y < down.first().length; y++) {
      int from = (down.first()[y] - firstRow) * outRow;
      for (int i = 0; i < padded; i += LANES) {
        flatten(from + i, y * down.taps(), down.count()[y], i);
      }
      System.arraycopy(line, 0, clip, offset + y * outRow, outRow);
    }
  }

  private void widen() {
    for (int i = 0; i < row.length; i += LANES) {
      ints(bytes, i).intoArray(row, i);
    }
  }

  private void narrow(int i, int to) {
    IntVector sum = IntVector.broadcast(INTS, FrameResizer.HALF);
    for (int k = 0; k < inputs.length; k++) {
      IntVector in = IntVector.fromArray(INTS, row, 0, inputs[k], i);
      sum = sum.add(in.mul(IntVector.fromArray(INTS, weights[k], i)));
    }
    rounded(sum).intoArray(narrowed, to);
  }

  private void flatten(int from, int weight, int count, int i) {
    IntVector sum = IntVector.broadcast(INTS, FrameResizer.HALF);
    for (int k = 0; k < count; k++) {
      sum = sum.add(ints(narrowed, from + k * outRow).mul(down.weight()[weight + k]));
    }
    rounded(sum).intoArray(line, i);
  }

  private static IntVector ints(byte[] array, int at) {
    ByteVector narrow = ByteVector.fromArray(NARROW, array, at);
    return (IntVector) narrow.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, 0);
  }

  private static ByteVector rounded(IntVector sum) {
    IntVector whole = sum.lanewise(VectorOperators.ASHR, FrameResizer.FRACTION_BITS).min(255);
    return (ByteVector) whole.convertShape(VectorOperators.I2B, NARROW, 0);
  }
}
