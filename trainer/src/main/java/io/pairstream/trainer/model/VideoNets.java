package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// The models by name.
public final class VideoNets {
  private static final Map<String, Builder> MODELS = models();

  private VideoNets() {}

  private interface Builder {
    VideoNet build(ModelSpec spec, NDManager manager);
  }

  private static Map<String, Builder> models() {
    Map<String, Builder> models = new LinkedHashMap<>();
    models.put("tsm-resnet18-narrow", VideoNets::narrow);
    models.put("tsm-resnet18", tsm(ResidualBlock.Kind.BASIC, 2, 2, 2, 2));
    models.put("tsm-resnet34", tsm(ResidualBlock.Kind.BASIC, 3, 4, 6, 3));
    models.put("tsm-resnet50", tsm(ResidualBlock.Kind.BOTTLENECK, 3, 4, 6, 3));
    models.put("slowfast-8x8-r50", slowFast(SlowFast.R50_8X8));
    models.put("uniformer-s", uniFormer(UniFormer.SMALL));
    return models;
  }

  public static List<String> names() {
    return List.copyOf(MODELS.keySet());
  }

  /// A new model with weights drawn from the spec's seed.
  ///
  /// @param manager taken over: closed with the model
  /// @throws IllegalArgumentException with one sentence that lists the names, if it is none of them
  public static VideoNet create(ModelSpec spec, NDManager manager) {
    return builder(spec.name()).build(spec, manager);
  }

  /// @throws IllegalArgumentException with one sentence that lists the names, if it is none of them
  public static void requireKnown(String name) {
    builder(name);
  }

  private static Builder builder(String name) {
    Builder builder = MODELS.get(name);
    if (builder == null) {
      throw new IllegalArgumentException(
          "no model '" + name + "'; there are " + String.join(", ", names()));
    }
    return builder;
  }

  /// The MCA authors' 2D network.
  private static Builder tsm(ResidualBlock.Kind kind, Integer... blocks) {
    TsmResNet.Architecture architecture =
        new TsmResNet.Architecture(kind, List.of(blocks), 64, 7, true);
    return (spec, manager) -> {
      requireNoDropPath(spec);
      TsmResNet root =
          new TsmResNet(architecture, spec.segments(), spec.classes(), spec.dropout().orElse(0.5));
      return net(spec, logits(root, TsmResNet::groups), Initialization.RESNET, manager);
    };
  }

  /// A quarter of ResNet-18's width, with a stem for frames of some 40 pixels: trains from nothing
  /// in minutes on one core.
  private static VideoNet narrow(ModelSpec spec, NDManager manager) {
    requireNoDropPath(spec);
    TsmResNet.Architecture architecture =
        new TsmResNet.Architecture(ResidualBlock.Kind.BASIC, List.of(2, 2, 2, 2), 16, 5, false);
    TsmResNet root =
        new TsmResNet(architecture, spec.segments(), spec.classes(), spec.dropout().orElse(0));
    BlockNet.Built built = logits(root, VideoNets::weightsAndOthers);
    return net(spec, built, Initialization.LAYER_DEFAULT, manager);
  }

  /// The MCA authors' 3D network.
  private static Builder slowFast(SlowFast.Architecture architecture) {
    return (spec, manager) -> {
      requireNoDropPath(spec);
      SlowFastHead.Spec head =
          new SlowFastHead.Spec(spec.classes(), spec.dropout().orElse(0.5), spec.input().crop());
      SlowFast root = new SlowFast(architecture, spec.segments(), head);
      BlockNet.Built built = new BlockNet.Built(root, SlowFast::groups, Scores.PROBABILITIES);
      return net(spec, built, Initialization.SLOWFAST, manager);
    };
  }

  /// The MCA authors' transformer.
  private static Builder uniFormer(UniFormer.Architecture architecture) {
    return (spec, manager) -> {
      UniFormer root =
          new UniFormer(
              architecture,
              spec.segments(),
              spec.classes(),
              spec.dropout().orElse(0),
              spec.regularization().dropPath().orElse(0.2));
      return net(spec, logits(root, UniFormer::groups), Initialization.UNIFORMER, manager);
    };
  }

  private static BlockNet.Built logits(
      TorchBlock root, Function<Map<String, NDArray>, List<ParameterGroup>> grouping) {
    return new BlockNet.Built(root, grouping, Scores.LOGITS);
  }

  private static VideoNet net(
      ModelSpec spec, BlockNet.Built built, Initialization initialization, NDManager manager) {
    VideoNet net = new BlockNet(spec, built, manager);
    initialization.fill(net, spec.seed());
    return net;
  }

  private static void requireNoDropPath(ModelSpec spec) {
    if (spec.regularization().dropPath().orElse(0) > 0) {
      throw new IllegalArgumentException(spec.name() + " has no drop-path");
    }
  }

  /// Weights decay, scales and biases do not; one learning rate for all.
  private static List<ParameterGroup> weightsAndOthers(Map<String, NDArray> parameters) {
    List<String> weights = new ArrayList<>();
    List<String> others = new ArrayList<>();
    parameters.forEach(
        (name, array) -> (array.getShape().dimension() > 1 ? weights : others).add(name));
    return List.of(
        new ParameterGroup("weights", weights, 1, 1),
        new ParameterGroup("scales and biases", others, 1, 0));
  }
}
