package io.pairstream.trainer.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import io.pairstream.clip.DType;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Between [Tensor] and libtorch's arrays. Both are row-major; the machine must be little-endian.
public final class NativeTensors {
  private NativeTensors() {}

  /// The tensor as an array of `manager`: without a copy if it lies in native memory (then the
  /// caller keeps that memory alive), else copied once.
  public static NDArray view(NDManager manager, Tensor tensor) {
    ByteBuffer bytes;
    if (tensor.data().isNative()) {
      bytes = tensor.data().asByteBuffer();
    } else {
      bytes = ByteBuffer.allocateDirect(Math.toIntExact(tensor.data().byteSize()));
      MemorySegment.ofBuffer(bytes).copyFrom(tensor.data());
    }
    long[] dims = tensor.shape().dims().stream().mapToLong(Long::longValue).toArray();
    return manager.create(
        bytes.order(ByteOrder.nativeOrder()),
        new ai.djl.ndarray.types.Shape(dims),
        dataType(tensor.dtype()));
  }

  /// A heap copy of an array.
  ///
  /// @throws IllegalArgumentException if its type is none of [DType]
  public static Tensor copy(NDArray array) {
    // A direct buffer would be a view of memory that the next step changes.
    byte[] bytes = new byte[Math.toIntExact(array.size() * array.getDataType().getNumOfBytes())];
    array.toByteBuffer(false).get(bytes);
    return new Tensor(
        dtype(array.getDataType()),
        Shape.of(array.getShape().getShape()),
        MemorySegment.ofArray(bytes));
  }

  /// Writes values into an array in place, converting them to its type. The caller's thread must
  /// not record gradients.
  public static void overwrite(NDArray target, NDArray values) {
    // Not copyTo: that would exchange the array's memory for a Java buffer.
    NDArray converted = values.toType(target.getDataType(), false);
    if (target.getShape().isScalar()) {
      // An index needs an axis.
      try (NDArray view = target.reshape(1);
          NDArray value = converted.reshape(1)) {
        view.set(new NDIndex(":"), value);
      }
    } else {
      target.set(new NDIndex(":"), converted);
    }
  }

  static DataType dataType(DType dtype) {
    return switch (dtype) {
      case U8 -> DataType.UINT8;
      case I32 -> DataType.INT32;
      case I64 -> DataType.INT64;
      case F16 -> DataType.FLOAT16;
      case F32 -> DataType.FLOAT32;
      case F64 -> DataType.FLOAT64;
    };
  }

  private static DType dtype(DataType type) {
    for (DType dtype : DType.values()) {
      if (dataType(dtype) == type) {
        return dtype;
      }
    }
    throw new IllegalArgumentException("no tensor type for arrays of " + type);
  }
}
