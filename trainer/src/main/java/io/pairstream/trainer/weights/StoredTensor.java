package io.pairstream.trainer.weights;

import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// A tensor as it lies in a file: a view of a storage, which several tensors may share. Nothing is
/// read until [#dense()].
///
/// @param type of the elements, little-endian
/// @param shape dimensions, outermost first
/// @param strides elements from one index to the next, by axis, from 0 on
/// @param offset of the first element in the storage, in elements
/// @param storage where the elements are
public record StoredTensor(
    StoredType type, Shape shape, List<Long> strides, long offset, Region storage) {
  private static final int MAX_RANK = 64;
  private static final long SMALL = 1 << 20;
  private static final long MOST_EXPANSION = 16;
  private static final long LARGEST = Integer.MAX_VALUE - 8;

  /// @throws IllegalArgumentException with one sentence if an element would lie outside of the
  ///   storage, or the tensor is a bomb: far larger than the file
  public StoredTensor {
    strides = List.copyOf(strides);
    if (strides.size() != shape.rank() || shape.rank() > MAX_RANK) {
      throw new IllegalArgumentException(
          "a tensor of shape " + shape + " has " + strides.size() + " strides");
    }
    try {
      long last = offset;
      for (int axis = 0; axis < shape.rank(); axis++) {
        if (strides.get(axis) < 0) {
          throw new IllegalArgumentException("a tensor has the stride " + strides.get(axis));
        }
        long steps = Math.max(0, shape.dim(axis) - 1);
        last = Math.addExact(last, Math.multiplyExact(steps, (long) strides.get(axis)));
      }
      long held = storage.length() / type.bytes();
      if (offset < 0 || (shape.elements() > 0 && last >= held)) {
        throw new IllegalArgumentException(
            "a tensor of shape %s reaches element %d of a storage of %d"
                .formatted(shape, last, held));
      }
      long bytes = Math.multiplyExact(shape.elements(), (long) type.dense().bytes());
      long bound = Math.max(SMALL, MOST_EXPANSION * storage.source().size());
      if (bytes > bound || bytes > LARGEST) {
        throw new IllegalArgumentException(
            "a tensor of shape %s would take %d bytes from a file of %d"
                .formatted(shape, bytes, storage.source().size()));
      }
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("a tensor of shape " + shape + " is beyond all bounds", e);
    }
  }

  /// A tensor whose elements lie one after another.
  static StoredTensor contiguous(StoredType type, Shape shape, Region storage) {
    return new StoredTensor(type, shape, rowMajor(shape), 0, storage);
  }

  static List<Long> rowMajor(Shape shape) {
    return strides(shape, false);
  }

  /// @param columns whether the first axis is the innermost, as Fortran has it
  static List<Long> strides(Shape shape, boolean columns) {
    Long[] strides = new Long[shape.rank()];
    long stride = 1;
    for (int i = 0; i < strides.length; i++) {
      int axis = columns ? i : strides.length - 1 - i;
      strides[axis] = stride;
      // Where an axis is empty the strides do not matter, but must not overflow either.
      stride = Math.multiplyExact(stride, Math.max(1, shape.dim(axis)));
    }
    return List.of(strides);
  }

  /// The size of [#dense()], in bytes.
  public long denseBytes() {
    return shape.elements() * type.dense().bytes();
  }

  /// Reads it: row-major, on the heap, of [StoredType#dense()].
  public Tensor dense() throws IOException {
    long elements = shape.elements();
    if (elements == 0) {
      return Tensor.zeros(type.dense(), shape);
    }
    long span = 1;
    for (int axis = 0; axis < shape.rank(); axis++) {
      span += (shape.dim(axis) - 1) * strides.get(axis);
    }
    byte[] bytes = storage.slice(offset * type.bytes(), span * type.bytes()).toArray();
    boolean asItLies = type.dense().bytes() == type.bytes() && type != StoredType.BOOL;
    if (asItLies && isRowMajor()) {
      return new Tensor(type.dense(), shape, MemorySegment.ofArray(bytes));
    }
    byte[] dense = new byte[Math.toIntExact(denseBytes())];
    ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer to = ByteBuffer.wrap(dense).order(ByteOrder.LITTLE_ENDIAN);
    long[] index = new long[shape.rank()];
    long at = 0;
    for (long i = 0; i < elements; i++) {
      copy(from, Math.toIntExact(at * type.bytes()), to);
      at = advance(index, at);
    }
    return new Tensor(type.dense(), shape, MemorySegment.ofArray(dense));
  }

  /// Moves on to the next index in row-major order.
  ///
  /// @return where its element is
  private long advance(long[] index, long at) {
    long moved = at;
    for (int axis = index.length - 1; axis >= 0; axis--) {
      index[axis]++;
      moved += strides.get(axis);
      if (index[axis] < shape.dim(axis)) {
        return moved;
      }
      moved -= index[axis] * strides.get(axis);
      index[axis] = 0;
    }
    return moved;
  }

  private void copy(ByteBuffer from, int at, ByteBuffer to) {
    switch (type) {
      case F64, I64 -> to.putLong(from.getLong(at));
      case F32, I32 -> to.putInt(from.getInt(at));
      case F16 -> to.putShort(from.getShort(at));
      // The upper half of a float32.
      case BF16 -> to.putInt(from.getShort(at) << 16);
      case I16 -> to.putInt(from.getShort(at));
      case I8 -> to.putInt(from.get(at));
      case U8 -> to.put(from.get(at));
      case BOOL -> to.put((byte) (from.get(at) == 0 ? 0 : 1));
    }
  }

  private boolean isRowMajor() {
    List<Long> want = rowMajor(shape);
    List<Integer> differing = new ArrayList<>();
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (shape.dim(axis) > 1 && !strides.get(axis).equals(want.get(axis))) {
        differing.add(axis);
      }
    }
    return differing.isEmpty();
  }
}
