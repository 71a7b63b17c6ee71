package io.pairstream.clip;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// A dense row-major array over a memory segment, little-endian, without a copy: who changes the
/// segment changes the tensor.
///
/// @param dtype element type
/// @param shape dimensions, outermost first
/// @param data exactly `shape.elements() × dtype.bytes()` bytes; need not be aligned
public record Tensor(DType dtype, Shape shape, MemorySegment data) {
  private static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat F32 =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  public Tensor {
    long want = Math.multiplyExact(shape.elements(), (long) dtype.bytes());
    if (data.byteSize() != want) {
      throw new IllegalArgumentException(
          dtype + " " + shape + " takes " + want + " bytes, not " + data.byteSize());
    }
  }

  /// A new heap tensor of zeros.
  public static Tensor zeros(DType dtype, Shape shape) {
    long bytes = Math.multiplyExact(shape.elements(), (long) dtype.bytes());
    return new Tensor(dtype, shape, MemorySegment.ofArray(new byte[Math.toIntExact(bytes)]));
  }

  public static Tensor ofLongs(Shape shape, long... values) {
    Tensor tensor = zeros(DType.I64, shape);
    for (int i = 0; i < values.length; i++) {
      tensor.data.set(I64, 8L * i, values[i]);
    }
    return tensor;
  }

  public static Tensor ofFloats(Shape shape, float... values) {
    Tensor tensor = zeros(DType.F32, shape);
    for (int i = 0; i < values.length; i++) {
      tensor.data.set(F32, 4L * i, values[i]);
    }
    return tensor;
  }

  /// Element `index` in row-major order of an I64 tensor.
  public long longAt(long index) {
    require(DType.I64);
    return data.get(I64, 8 * index);
  }

  /// Element `index` in row-major order of an F32 tensor.
  public float floatAt(long index) {
    require(DType.F32);
    return data.get(F32, 4 * index);
  }

  public long[] toLongs() {
    require(DType.I64);
    long[] values = new long[Math.toIntExact(shape.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = longAt(i);
    }
    return values;
  }

  public float[] toFloats() {
    require(DType.F32);
    float[] values = new float[Math.toIntExact(shape.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = floatAt(i);
    }
    return values;
  }

  /// Row `index` of the outermost axis, as a view.
  public Tensor row(long index) {
    Shape inner = new Shape(shape.dims().subList(1, shape.rank()));
    long bytes = inner.elements() * dtype.bytes();
    return new Tensor(dtype, inner, data.asSlice(index * bytes, bytes));
  }

  /// Whether type, shape and every byte are equal (record equality would compare addresses).
  public boolean contentEquals(Tensor other) {
    return dtype == other.dtype && shape.equals(other.shape) && data.mismatch(other.data) == -1;
  }

  private void require(DType want) {
    if (dtype != want) {
      throw new IllegalStateException("tensor is " + dtype + ", not " + want);
    }
  }
}
