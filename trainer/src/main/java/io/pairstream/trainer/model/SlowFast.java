package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// SlowFast with a residual net in each pathway (Feichtenhofer, Fan, Malik, He, ICCV 2019). The
/// fast pathway sees every frame with few channels, the slow one some frames with many; after each
/// stage but the last the fast features are added to the slow ones as channels. Both come from one
/// clip. Names are PySlowFast's.
final class SlowFast extends TorchBlock {
  /// What tells one SlowFast from another.
  ///
  /// @param blocks residual blocks in each of the four stages
  /// @param width channels of the slow stem
  /// @param alpha frames of the fast pathway to one of the slow
  /// @param betaInverse channels of the slow pathway to one of the fast
  record Architecture(List<Integer> blocks, int width, int alpha, int betaInverse) {
    Architecture {
      blocks = List.copyOf(blocks);
    }

    /// Channels that the fast features add to the slow ones.
    int fused(int fastChannels) {
      return FUSION_RATIO * fastChannels;
    }
  }

  /// Features of both pathways, [rows,C,T,H,W].
  record Pathways(NDArray slow, NDArray fast) {
    NDArray get(int pathway) {
      return pathway == 0 ? slow : fast;
    }

    void report(String stage, Pass pass) {
      pass.stages().accept(stage, slow);
      pass.stages().accept(stage, fast);
    }
  }

  /// "8x8": 8 slow frames of 32; ResNet-50.
  static final Architecture R50_8X8 = new Architecture(List.of(3, 4, 6, 3), 64, 4, 8);

  private static final int FUSION_RATIO = 2;

  /// Frames that a kernel spans: of the stems, then of the first convolution of each block, by
  /// pathway.
  private static final int[][] TEMPORAL_KERNELS = {{1, 1, 1, 3, 3}, {5, 3, 3, 3, 3}};

  private final Architecture architecture;
  private final int frames;
  private final List<SlowFastStem> stems = new ArrayList<>();
  private final List<LateralFusion> fusions = new ArrayList<>();

  /// By stage and pathway.
  private final List<List<List<VolumeResidualBlock>>> stages = new ArrayList<>();

  private final SlowFastHead head;

  /// @param frames T, frames of a clip
  /// @param head what comes after the last stage
  SlowFast(Architecture architecture, int frames, SlowFastHead.Spec head) {
    if (frames % architecture.alpha() != 0) {
      throw new IllegalArgumentException(
          "SlowFast needs a multiple of " + architecture.alpha() + " frames, not " + frames);
    }
    this.architecture = architecture;
    this.frames = frames;
    int slow = architecture.width();
    int fast = slow / architecture.betaInverse();
    BlockList stemBlocks = member("s1", new BlockList());
    stems.add(stemBlocks.with("pathway0_stem", new SlowFastStem(slow, TEMPORAL_KERNELS[0][0])));
    stems.add(stemBlocks.with("pathway1_stem", new SlowFastStem(fast, TEMPORAL_KERNELS[1][0])));
    fuse("s1", fast);
    int[] in = {slow + architecture.fused(fast), fast};
    for (int stage = 0; stage < architecture.blocks().size(); stage++) {
      int out = (slow << stage) * VolumeResidualBlock.EXPANSION;
      int[] outs = {out, out / architecture.betaInverse()};
      stages.add(stage(stage, in, outs));
      in = outs;
      if (stage + 1 < architecture.blocks().size()) {
        fuse("s" + (stage + 2), outs[1]);
        in = new int[] {outs[0] + architecture.fused(outs[1]), outs[1]};
      }
    }
    int[] pooledFrames = {frames / architecture.alpha(), frames};
    this.head = member("head", new SlowFastHead(in[0] + in[1], pooledFrames, head));
  }

  private void fuse(String stage, int fastChannels) {
    fusions.add(
        member(
            stage + "_fuse",
            new LateralFusion(
                fastChannels, architecture.fused(fastChannels), architecture.alpha())));
  }

  private List<List<VolumeResidualBlock>> stage(int stage, int[] in, int[] out) {
    BlockList list = member("s" + (stage + 2), new BlockList());
    List<List<VolumeResidualBlock>> pathways = new ArrayList<>();
    for (int pathway = 0; pathway < 2; pathway++) {
      List<VolumeResidualBlock> blocks = new ArrayList<>();
      int channels = in[pathway];
      for (int k = 0; k < architecture.blocks().get(stage); k++) {
        int stride = stage > 0 && k == 0 ? 2 : 1;
        VolumeResidualBlock block =
            new VolumeResidualBlock(
                channels, out[pathway], TEMPORAL_KERNELS[pathway][stage + 1], stride);
        blocks.add(list.with("pathway" + pathway + "_res" + k, block));
        channels = out[pathway];
      }
      pathways.add(blocks);
    }
    return pathways;
  }

  /// x [rows,T,3,H,W] to logits [rows,classes] in training, else to probabilities.
  @Override
  public NDArray apply(NDArray x, Pass pass) {
    requireFrames(x, frames);
    try (NDScope scope = new NDScope()) {
      scope.suppressNotUsedWarning();
      NDArray fast = x.transpose(0, 2, 1, 3, 4);
      Pathways features = new Pathways(slow(fast), fast);
      features = stems(features, pass);
      features = fused(0, features, pass);
      for (int stage = 0; stage < stages.size(); stage++) {
        features = stage(stage, features, pass);
        if (stage < stages.size() - 1) {
          features = fused(stage + 1, features, pass);
        }
      }
      NDArray scores = head.apply(features, pass);
      NDScope.unregister(scores);
      return scores;
    }
  }

  /// The frames of the slow pathway: `trunc(linspace(0, T−1, T/α))`, which is not every α-th one.
  static int[] slowFrames(int frames, int alpha) {
    int count = frames / alpha;
    int[] indices = new int[count];
    // torch.linspace: float32, from the nearer end.
    float step = count == 1 ? 0 : (float) (frames - 1) / (count - 1);
    for (int i = 0; i < count; i++) {
      indices[i] =
          (int) (i < count / 2 || count == 1 ? step * i : frames - 1 - step * (count - 1 - i));
    }
    return indices;
  }

  private NDArray slow(NDArray fast) {
    NDList parts = new NDList();
    for (int index : slowFrames(frames, architecture.alpha())) {
      parts.add(fast.get(":, :, {}:{}", index, index + 1));
    }
    return NDArrays.concat(parts, 2);
  }

  private Pathways stems(Pathways clips, Pass pass) {
    NDArray slow = stems.get(0).apply(clips.slow(), pass);
    pass.stages().accept("s1.pathway0_stem", slow);
    NDArray fast = stems.get(1).apply(clips.fast(), pass);
    pass.stages().accept("s1.pathway1_stem", fast);
    Pathways features = new Pathways(slow, fast);
    features.report("s1", pass);
    return features;
  }

  private Pathways fused(int place, Pathways features, Pass pass) {
    Pathways fused = fusions.get(place).apply(features, pass);
    // Nobody but the gradient needs it any more.
    features.slow().close();
    fused.report("s" + (place + 1) + "_fuse", pass);
    return fused;
  }

  private Pathways stage(int stage, Pathways features, Pass pass) {
    NDArray[] outputs = new NDArray[2];
    for (int pathway = 0; pathway < 2; pathway++) {
      NDArray x = features.get(pathway);
      for (VolumeResidualBlock block : stages.get(stage).get(pathway)) {
        NDArray y = block.apply(x, pass);
        x.close();
        x = y;
      }
      outputs[pathway] = x;
    }
    Pathways result = new Pathways(outputs[0], outputs[1]);
    result.report("s" + (stage + 2), pass);
    return result;
  }

  /// PySlowFast's parameter groups: batch normalisation does not decay, everything else does.
  static List<ParameterGroup> groups(Map<String, NDArray> parameters) {
    List<String> normalizations = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (String name : parameters.keySet()) {
      boolean normalization = name.matches(".*(\\.|_)bn\\.(weight|bias)");
      (normalization ? normalizations : others).add(name);
    }
    return List.of(
        new ParameterGroup("batch normalisation", normalizations, 1, 0),
        new ParameterGroup("weights and biases", others, 1, 1));
  }
}
