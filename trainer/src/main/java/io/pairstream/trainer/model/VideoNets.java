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
  private static final Map<String, Model> MODELS = models();

  private VideoNets() {}

  /// How a model is made: its blocks, still without tensors, and how their weights begin.
  private record Model(Function<ModelSpec, BlockNet.Built> blocks, Initialization initialization) {}

  private static Map<String, Model> models() {
    Map<String, Model> models = new LinkedHashMap<>();
    models.put("tsm-resnet18-narrow", narrow());
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

  /// A new model with weights drawn from the spec's seed; or the TorchScript file that the spec
  /// names, with the weights in it.
  ///
  /// @param manager taken over: closed with the model
  /// @throws IllegalArgumentException with one sentence that lists the names, if it is none of
  ///   them, or that says what is wrong with the file, or what the model cannot do
  public static VideoNet create(ModelSpec spec, NDManager manager) {
    if (isFile(spec.name())) {
      return TorchScriptNet.load(spec, manager);
    }
    Model model = model(spec.name());
    VideoNet net = new BlockNet(spec, model.blocks().apply(spec), manager);
    model.initialization().fill(net, spec.seed());
    return net;
  }

  /// Whether [#create] would make such a model, without making it.
  ///
  /// @throws IllegalArgumentException as [#create]
  public static void requirePossible(ModelSpec spec) {
    if (isFile(spec.name())) {
      TorchScriptNet.requireReadable(spec.name());
    } else {
      var _ = model(spec.name()).blocks().apply(spec);
    }
  }

  /// Whether a model is a TorchScript file of the user's, and not one of [#names()].
  public static boolean isFile(String name) {
    return TorchScriptNet.isFile(name);
  }

  /// @throws IllegalArgumentException with one sentence that lists the names, if it is none of
  ///   them, or that says what is wrong with the file
  public static void requireKnown(String name) {
    if (isFile(name)) {
      TorchScriptNet.requireReadable(name);
    } else {
      model(name);
    }
  }

  private static Model model(String name) {
    Model model = MODELS.get(name);
    if (model == null) {
      throw new IllegalArgumentException(
          "no model '" + name + "'; there are " + String.join(", ", names()));
    }
    return model;
  }

  /// The MCA authors' 2D network.
  private static Model tsm(ResidualBlock.Kind kind, Integer... blocks) {
    TsmResNet.Architecture architecture =
        new TsmResNet.Architecture(kind, List.of(blocks), 64, 7, true);
    return new Model(
        spec -> logits(tsm(architecture, spec, 0.5), TsmResNet::groups), Initialization.RESNET);
  }

  /// A quarter of ResNet-18's width, with a stem for frames of some 40 pixels: trains from nothing
  /// in minutes on one core.
  private static Model narrow() {
    TsmResNet.Architecture architecture =
        new TsmResNet.Architecture(ResidualBlock.Kind.BASIC, List.of(2, 2, 2, 2), 16, 5, false);
    return new Model(
        spec -> logits(tsm(architecture, spec, 0), VideoNets::weightsAndOthers),
        Initialization.LAYER_DEFAULT);
  }

  private static TsmResNet tsm(
      TsmResNet.Architecture architecture, ModelSpec spec, double dropout) {
    requireNoDropPath(spec);
    return new TsmResNet(
        architecture, spec.segments(), spec.classes(), spec.dropout().orElse(dropout));
  }

  /// The MCA authors' 3D network.
  private static Model slowFast(SlowFast.Architecture architecture) {
    return new Model(
        spec -> {
          requireNoDropPath(spec);
          SlowFastHead.Spec head =
              new SlowFastHead.Spec(
                  spec.classes(), spec.dropout().orElse(0.5), spec.input().crop());
          SlowFast root = new SlowFast(architecture, spec.segments(), head);
          return new BlockNet.Built(root, SlowFast::groups, Scores.PROBABILITIES);
        },
        Initialization.SLOWFAST);
  }

  /// The MCA authors' transformer.
  private static Model uniFormer(UniFormer.Architecture architecture) {
    return new Model(
        spec -> {
          spec.input().crop().ifPresent(UniFormer::requirePatches);
          UniFormer root =
              new UniFormer(
                  architecture,
                  spec.segments(),
                  spec.classes(),
                  spec.dropout().orElse(0),
                  spec.regularization().dropPath().orElse(0.2));
          return logits(root, UniFormer::groups);
        },
        Initialization.UNIFORMER);
  }

  private static BlockNet.Built logits(
      TorchBlock root, Function<Map<String, NDArray>, List<ParameterGroup>> grouping) {
    return new BlockNet.Built(root, grouping, Scores.LOGITS);
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
