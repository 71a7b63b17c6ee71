package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import io.pairstream.trainer.model.VolumeConvolution.Window;
import io.pairstream.trainer.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// UniFormer (Li et al., ICLR 2022): convolutions over neighbourhoods in the first two stages,
/// joint attention over space and time in the last two. Names are the reference's.
final class UniFormer extends TorchBlock {
  /// What tells one UniFormer from another.
  ///
  /// @param channels of each of the four stages
  /// @param depth blocks of each stage
  /// @param headWidth channels of an attention head
  /// @param mlpRatio channels inside a perceptron for each outside
  record Architecture(List<Integer> channels, List<Integer> depth, int headWidth, int mlpRatio) {
    Architecture {
      channels = List.copyOf(channels);
      depth = List.copyOf(depth);
    }
  }

  static final Architecture SMALL =
      new Architecture(List.of(64, 128, 320, 512), List.of(3, 4, 8, 3), 64, 4);

  /// From this stage on, counted from 0, blocks attend globally.
  private static final int FIRST_GLOBAL = 2;

  /// Pixels of a clip to one patch of the last stage.
  private static final int REDUCTION = 32;

  private final int frames;
  private final double dropout;
  private final List<PatchEmbedding> embeddings = new ArrayList<>();
  private final List<List<TorchBlock>> stages = new ArrayList<>();
  private final BatchNormalization norm;
  private final Linear head;

  /// @param frames T, frames of a clip
  /// @param dropout probability before the classifier
  /// @param dropPath probability of losing a branch in the last block; rises linearly from 0 in the
  ///   first
  UniFormer(Architecture architecture, int frames, int classes, double dropout, double dropPath) {
    this.frames = frames;
    this.dropout = dropout;
    int in = 3;
    for (int stage = 0; stage < architecture.channels().size(); stage++) {
      int out = architecture.channels().get(stage);
      embeddings.add(
          member("patch_embed" + (stage + 1), new PatchEmbedding(in, out, window(stage))));
      in = out;
    }
    int blocks = architecture.depth().stream().mapToInt(Integer::intValue).sum();
    int number = 0;
    for (int stage = 0; stage < architecture.channels().size(); stage++) {
      BlockList list = member("blocks" + (stage + 1), new BlockList());
      List<TorchBlock> built = new ArrayList<>();
      for (int k = 0; k < architecture.depth().get(stage); k++) {
        DropPath drop = new DropPath(blocks == 1 ? 0 : dropPath * number++ / (blocks - 1));
        built.add(list.with(String.valueOf(k), block(architecture, stage, drop)));
      }
      stages.add(built);
    }
    this.norm = member("norm", new BatchNormalization(in));
    this.head = member("head", new Linear(in, classes));
  }

  /// Refuses clips that have not one patch left in the last stage.
  static void requirePatches(ModelSpec.Crop crop) {
    if (crop.height() < REDUCTION || crop.width() < REDUCTION) {
      throw new IllegalArgumentException(
          "UniFormer needs clips of at least "
              + REDUCTION
              + "×"
              + REDUCTION
              + " pixels, not "
              + crop);
    }
  }

  /// The first embedding halves the frames and quarters the sides, the others halve the sides.
  private static Window window(int stage) {
    return stage == 0
        ? new Window(new Shape(3, 4, 4), new Shape(2, 4, 4), new Shape(1, 0, 0))
        : Window.patches(new Shape(1, 2, 2));
  }

  private static TorchBlock block(Architecture architecture, int stage, DropPath dropPath) {
    int channels = architecture.channels().get(stage);
    return stage < FIRST_GLOBAL
        ? new LocalBlock(channels, architecture.mlpRatio(), dropPath)
        : new GlobalBlock(channels, architecture.headWidth(), architecture.mlpRatio(), dropPath);
  }

  /// x [rows,T,3,H,W] to logits [rows,classes].
  @Override
  public NDArray apply(NDArray x, Pass pass) {
    requireFrames(x, frames);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray y = x.transpose(0, 2, 1, 3, 4);
      for (int stage = 0; stage < stages.size(); stage++) {
        y = stage(stage, y, pass);
      }
      y = norm.apply(y, pass);
      pass.stages().accept("norm", y);
      Shape shape = y.getShape();
      NDArray features = y.reshape(shape.get(0), shape.get(1), -1).mean(new int[] {2});
      if (pass.training() && dropout > 0) {
        features = Torch.dropout(features, dropout);
      }
      NDArray logits = head.apply(features, pass);
      pass.stages().accept("head", logits);
      NDScope.unregister(logits);
      return logits;
    }
  }

  private NDArray stage(int stage, NDArray x, Pass pass) {
    NDArray y = embeddings.get(stage).apply(x, pass);
    pass.stages().accept("patch_embed" + (stage + 1), y);
    List<TorchBlock> blocks = stages.get(stage);
    for (int k = 0; k < blocks.size(); k++) {
      NDArray next = blocks.get(k).apply(y, pass);
      y.close();
      y = next;
      pass.stages().accept("blocks" + (stage + 1) + "." + k, y);
    }
    return y;
  }

  /// The reference's parameter groups: tensors of more than one dimension decay, position
  /// embeddings among them; scales and biases do not.
  static List<ParameterGroup> groups(Map<String, NDArray> parameters) {
    List<String> normalizations = new ArrayList<>();
    List<String> weights = new ArrayList<>();
    List<String> others = new ArrayList<>();
    parameters.forEach((name, array) -> {
      boolean batchNorm = name.matches("(blocks[12]\\.\\d+\\.norm[12]|norm)\\.(weight|bias)");
      boolean weight = array.getShape().dimension() > 1;
      (batchNorm ? normalizations : weight ? weights : others).add(name);
    });
    return List.of(
        new ParameterGroup("batch normalisation", normalizations, 1, 0),
        new ParameterGroup("weights", weights, 1, 1),
        new ParameterGroup("biases and layer normalisation", others, 1, 0));
  }
}
