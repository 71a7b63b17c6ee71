package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import io.pairstream.trainer.torch.Torch;
import java.util.Optional;

/// SlowFast's head: each pathway is averaged over windows, both are joined, and every position is
/// classified. The windows span all frames and as much of the picture as the training crop had;
/// larger clips in a test give several positions.
///
/// In training a clip's logits are the mean over positions (of which there is one, for crops that
/// are a multiple of 32). In evaluation each position's logits become probabilities first, and the
/// clip's score is the mean of those.
final class SlowFastHead extends TorchBlock {
  /// Pixels of a clip to one position of the last stage.
  private static final int REDUCTION = 32;

  /// @param classes how many
  /// @param dropout probability before the projection
  /// @param crop size of the training clips; absent: windows are as large as the picture
  record Spec(int classes, double dropout, Optional<ModelSpec.Crop> crop) {}

  private final int[] frames;
  private final Spec spec;
  private final Linear projection;

  /// @param channels of both pathways together
  /// @param frames of each pathway
  SlowFastHead(int channels, int[] frames, Spec spec) {
    this.frames = frames.clone();
    this.spec = spec;
    this.projection = member("projection", new Linear(channels, spec.classes()));
  }

  NDArray apply(SlowFast.Pathways features, Pass pass) {
    NDArray slow = pooled(features.slow(), frames[0]);
    pass.stages().accept("head.pathway0_avgpool", slow);
    NDArray fast = pooled(features.fast(), frames[1]);
    pass.stages().accept("head.pathway1_avgpool", fast);
    return apply(slow.concat(fast, 1), pass);
  }

  private NDArray pooled(NDArray x, int span) {
    Shape window =
        spec.crop()
            .map(crop ->
                new Shape(
                    span,
                    Math.max(1, crop.height() / REDUCTION),
                    Math.max(1, crop.width() / REDUCTION)))
            .orElse(new Shape(span, x.getShape().get(3), x.getShape().get(4)));
    if (window.get(1) > x.getShape().get(3) || window.get(2) > x.getShape().get(4)) {
      throw new IllegalArgumentException(
          "clips are smaller than the training crop of this model, " + spec.crop().orElseThrow());
    }
    return Torch.averagePool(x, window);
  }

  /// Pooled features [rows,C,T,H,W] to scores [rows,classes].
  @Override
  public NDArray apply(NDArray x, Pass pass) {
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      Shape shape = x.getShape();
      long rows = shape.get(0);
      NDArray positions = x.transpose(0, 2, 3, 4, 1);
      if (pass.training() && spec.dropout() > 0) {
        positions = Torch.dropout(positions, spec.dropout());
      }
      NDArray logits = projection.apply(positions, pass);
      pass.stages().accept("head.projection", logits);
      NDArray flat = logits.reshape(rows, -1, spec.classes());
      NDArray scores = (pass.training() ? flat : flat.softmax(2)).mean(new int[] {1});
      NDScope.unregister(scores);
      return scores;
    }
  }
}
