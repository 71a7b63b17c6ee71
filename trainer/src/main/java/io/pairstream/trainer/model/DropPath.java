package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.pairstream.trainer.torch.Torch;

/// Stochastic depth (Huang et al., ECCV 2016): in training each row loses a residual branch with
/// some probability, and the rows that keep it have it scaled up by as much. Drawn from libtorch's
/// generator, as dropout is.
///
/// @param probability of losing the branch, in [0,1)
record DropPath(double probability) {
  /// @param branch [rows,…]
  NDArray apply(NDArray branch, Pass pass) {
    if (!pass.training() || probability == 0) {
      return branch;
    }
    long[] one = new long[branch.getShape().dimension()];
    java.util.Arrays.fill(one, 1);
    one[0] = branch.getShape().get(0);
    NDArray rows = branch.getManager().ones(new Shape(one), branch.getDataType());
    return branch.mul(Torch.dropout(rows, probability));
  }
}
