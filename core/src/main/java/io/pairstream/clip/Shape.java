package io.pairstream.clip;

import java.util.List;
import java.util.stream.Collectors;

/// The dimensions of a [Tensor], outermost first; no dimension is negative and the number of
/// elements fits a long.
public record Shape(List<Long> dims) {
  public Shape {
    dims = List.copyOf(dims);
    long elements = 1;
    for (long dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException("negative dimension in shape " + dims);
      }
      try {
        elements = Math.multiplyExact(elements, dim);
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException("shape " + dims + " has more than 2^63 elements", e);
      }
    }
  }

  public static Shape of(long... dims) {
    return new Shape(java.util.Arrays.stream(dims).boxed().toList());
  }

  public int rank() {
    return dims.size();
  }

  public long dim(int axis) {
    return dims.get(axis);
  }

  /// The product of the dimensions; 1 for a scalar.
  public long elements() {
    long elements = 1;
    for (long dim : dims) {
      elements *= dim;
    }
    return elements;
  }

  /// `[2,8,3]`
  @Override
  public String toString() {
    return dims.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
  }
}
