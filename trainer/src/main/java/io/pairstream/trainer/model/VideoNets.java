package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
  ///   them, or that says what is wrong with the file
  public static VideoNet create(ModelSpec spec, NDManager manager) {
    return isFile(spec.name())
        ? TorchScriptNet.load(spec, manager)
        : builder(spec.name()).build(spec, manager);
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
      builder(name);
    }
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
      TsmResNet root =
          new TsmResNet(architecture, spec.segments(), spec.classes(), spec.dropout().orElse(0.5));
      VideoNet net = new BlockNet(spec.name(), root, manager, spec.dataType(), TsmResNet::groups);
      Initialization.RESNET.fill(net, spec.seed());
      return net;
    };
  }

  /// A quarter of ResNet-18's width, with a stem for frames of some 40 pixels: trains from nothing
  /// in minutes on one core.
  private static VideoNet narrow(ModelSpec spec, NDManager manager) {
    TsmResNet.Architecture architecture =
        new TsmResNet.Architecture(ResidualBlock.Kind.BASIC, List.of(2, 2, 2, 2), 16, 5, false);
    TsmResNet root =
        new TsmResNet(architecture, spec.segments(), spec.classes(), spec.dropout().orElse(0));
    VideoNet net =
        new BlockNet(spec.name(), root, manager, spec.dataType(), VideoNets::weightsAndOthers);
    Initialization.LAYER_DEFAULT.fill(net, spec.seed());
    return net;
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
