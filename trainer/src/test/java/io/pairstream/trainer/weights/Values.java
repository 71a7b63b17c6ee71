package io.pairstream.trainer.weights;

import io.pairstream.clip.Tensor;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The elements of a tensor of any type as doubles.
final class Values {
  private Values() {}

  static double[] of(Tensor tensor) {
    double[] values = new double[Math.toIntExact(tensor.shape().elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = at(tensor, (long) i * tensor.dtype().bytes());
    }
    return values;
  }

  private static double at(Tensor tensor, long at) {
    ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    return switch (tensor.dtype()) {
      case U8 -> Byte.toUnsignedInt(tensor.data().get(ValueLayout.JAVA_BYTE, at));
      case I32 -> tensor.data().get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), at);
      case I64 -> tensor.data().get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order), at);
      case F16 ->
          Float.float16ToFloat(
              tensor.data().get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), at));
      case F32 -> tensor.data().get(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(order), at);
      case F64 -> tensor.data().get(ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(order), at);
    };
  }
}
