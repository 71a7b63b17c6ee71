package io.pairstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.ops.ServiceException;
import io.pairstream.trainer.model.ModelSpec;
import io.pairstream.trainer.model.StateDict;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.model.VideoNets;
import io.pairstream.trainer.torch.TorchRuntime;
import io.pairstream.trainer.weights.TorchFile;
import io.pairstream.trainer.weights.WeightMatch;
import io.pairstream.trainer.weights.WeightSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files with the names and the layout of the model zoos' fill a model with the weights that were
/// written. The names were looked up in the code of mit-han-lab/temporal-shift-module,
/// open-mmlab/mmaction2, facebookresearch/SlowFast and Sense-X/UniFormer.
class ModelZooTest {
  @TempDir private Path folder = Path.of("");

  private final TorchRuntime torch = TorchRuntime.start(2);

  private VideoNet net(String model, long seed) {
    return VideoNets.create(
        new ModelSpec(model, 32, 7, OptionalDouble.empty(), seed, DataType.FLOAT32),
        torch.newManager());
  }

  /// The weights of a new model under other names; none for the empty name.
  private Map<String, Object> state(String model, UnaryOperator<String> name) {
    Map<String, Object> renamed = new LinkedHashMap<>();
    try (VideoNet net = net(model, 3)) {
      StateDict.of(net)
          .forEach((own, tensor) -> {
            if (!name.apply(own).isEmpty()) {
              renamed.put(name.apply(own), tensor);
            }
          });
    }
    return renamed;
  }

  /// Loads the file into another new model, which is the first one then.
  private WeightMatch loaded(String model, Map<String, ?> content) throws IOException {
    Path file = TorchFile.write(folder.resolve("zoo.pth"), content);
    try (VideoNet first = net(model, 3);
        VideoNet second = net(model, 4)) {
      WeightMatch match = InitialWeights.load(second, new WeightSource(file));
      SortedMap<String, Tensor> want = StateDict.of(first);
      SortedMap<String, Tensor> found = StateDict.of(second);
      assertThat(found.keySet()).isEqualTo(want.keySet());
      want.forEach((name, tensor) ->
          assertThat(Objects.requireNonNull(found.get(name)).data().mismatch(tensor.data()))
              .as(name)
              .isEqualTo(-1));
      assertThat(match.fresh()).isEmpty();
      assertThat(match.left()).isEmpty();
      return match;
    }
  }

  private static Tensor zeros(long... shape) {
    return Tensor.zeros(io.pairstream.clip.DType.F32, Shape.of(shape));
  }

  private static String authors(String name) {
    return "module." + name.replaceFirst("(layer.*)\\.conv1\\.", "$1.conv1.net.");
  }

  @Test
  void theTsmAuthorsFiles() throws IOException {
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("epoch", 50);
    file.put("arch", "resnet50");
    file.put("state_dict", state("tsm-resnet18-narrow", ModelZooTest::authors));
    file.put("optimizer", Map.of("state", Map.of(1, Map.of("momentum_buffer", zeros(2, 2)))));
    file.put("best_prec1", zeros());
    assertThat(file.get("state_dict"))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
        .containsKeys("module.base_model.layer1.0.conv1.net.weight", "module.new_fc.weight");
    assertThat(loaded("tsm-resnet18-narrow", file).report())
        .singleElement()
        .asString()
        .endsWith(" of 'state_dict' by the reference's names, 'module.' in front left out");
  }

  @Test
  void theRunningMeanWhereItIsChosen() throws IOException {
    Map<String, Object> state = state("tsm-resnet18-narrow", name -> name);
    Map<String, Object> zero = new LinkedHashMap<>();
    state.forEach((name, tensor) ->
        zero.put(name, Tensor.zeros(((Tensor) tensor).dtype(), ((Tensor) tensor).shape())));
    Path file =
        TorchFile.write(
            folder.resolve("both.pth"), Map.of("state_dict", state, "state_dict_ema", zero));
    for (Optional<String> key : List.of(Optional.<String>empty(), Optional.of("state_dict_ema"))) {
      try (VideoNet net = net("tsm-resnet18-narrow", 4)) {
        InitialWeights.load(net, new WeightSource(file, key));
        Object want = (key.isEmpty() ? state : zero).get("new_fc.weight");
        assertThat(
                Objects.requireNonNull(StateDict.of(net).get("new_fc.weight"))
                    .data()
                    .mismatch(((Tensor) Objects.requireNonNull(want)).data()))
            .isEqualTo(-1);
      }
    }
  }

  @Test
  void theTsmAuthorsFilesWithoutDropout() throws IOException {
    Map<String, Object> state =
        state("tsm-resnet18-narrow", name -> authors(name).replace("new_fc.", "base_model.fc."));
    assertThat(state).containsKey("module.base_model.fc.weight");
    loaded("tsm-resnet18-narrow", Map.of("state_dict", state));
  }

  private static String mmaction(String name) {
    return name.replaceFirst("^base_model\\.", "backbone.")
        .replaceFirst("(layer.*)\\.conv1\\.", "$1.conv1.conv.net.")
        .replaceFirst("\\.conv(\\d)\\.weight", ".conv$1.conv.weight")
        .replaceFirst("\\.bn(\\d)\\.", ".conv$1.bn.")
        .replace("downsample.0.", "downsample.conv.")
        .replace("downsample.1.", "downsample.bn.")
        .replace("new_fc.", "cls_head.fc_cls.");
  }

  @Test
  void mmaction2sTsm() throws IOException {
    Map<String, Object> state = state("tsm-resnet18-narrow", ModelZooTest::mmaction);
    assertThat(state)
        .containsKeys(
            "backbone.conv1.conv.weight",
            "backbone.conv1.bn.running_mean",
            "backbone.layer1.0.conv1.conv.net.weight",
            "backbone.layer2.0.conv2.conv.weight",
            "backbone.layer2.0.conv2.bn.bias",
            "backbone.layer2.0.downsample.conv.weight",
            "backbone.layer2.0.downsample.bn.weight",
            "cls_head.fc_cls.weight");
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("meta", Map.of("epoch", 50, "cfg", "model = dict(\n"));
    file.put("state_dict", state);
    file.put(
        "message_hub",
        Map.of(
            "log_scalars",
            Map.of(
                "train/lr",
                new TorchFile.Thing(
                    "mmengine.logging.history_buffer",
                    "HistoryBuffer",
                    Map.of("_log_history", zeros(3))))));
    assertThat(loaded("tsm-resnet18-narrow", file).report())
        .singleElement()
        .asString()
        .endsWith(" of 'state_dict' by mmaction2's names");
  }

  @Test
  void pySlowFastsCheckpoints() throws IOException {
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("epoch", 196);
    file.put("model_state", state("slowfast-8x8-r50", name -> name));
    file.put("optimizer_state", Map.of("state", Map.of(0, Map.of("momentum_buffer", zeros(4)))));
    file.put("cfg", "MODEL:\n");
    assertThat(loaded("slowfast-8x8-r50", file).origin().place()).isEqualTo("model_state");
  }

  private static String mmactionSlowFast(String name) {
    String fast = name.contains("pathway1") ? "fast" : "slow";
    String[][] rules = {
      {"s1\\.pathway\\d_stem\\.(conv|bn)", "conv1.$1"},
      {"s1_fuse\\.conv_f2s", "conv1_lateral.conv"},
      {"s2_fuse\\.conv_f2s", "layer1_lateral.conv"},
      {"s3_fuse\\.conv_f2s", "layer2_lateral.conv"},
      {"s4_fuse\\.conv_f2s", "layer3_lateral.conv"},
      {"s\\d_fuse\\.bn", ""},
      {"s2\\.pathway\\d_res", "layer1."},
      {"s3\\.pathway\\d_res", "layer2."},
      {"s4\\.pathway\\d_res", "layer3."},
      {"s5\\.pathway\\d_res", "layer4."},
      {"branch1_bn", "downsample.bn"},
      {"branch1\\.", "downsample.conv."},
      {"branch2\\.a_bn", "conv1.bn"},
      {"branch2\\.b_bn", "conv2.bn"},
      {"branch2\\.c_bn", "conv3.bn"},
      {"branch2\\.a", "conv1.conv"},
      {"branch2\\.b", "conv2.conv"},
      {"branch2\\.c", "conv3.conv"},
    };
    if (name.startsWith("head.projection")) {
      return name.replace("head.projection", "cls_head.fc_cls");
    }
    if (name.contains("_fuse.bn")) {
      return "";
    }
    String renamed = name;
    for (String[] rule : rules) {
      renamed = renamed.replaceFirst(rule[0], rule[1]);
    }
    return "backbone." + fast + "_path." + renamed;
  }

  @Test
  void mmaction2sSlowFastIsAnotherModelAndRefusedByWhatItLacks() throws IOException {
    Map<String, Object> state = state("slowfast-8x8-r50", ModelZooTest::mmactionSlowFast);
    assertThat(state)
        .containsKeys(
            "backbone.slow_path.conv1.conv.weight",
            "backbone.slow_path.conv1_lateral.conv.weight",
            "backbone.fast_path.layer4.2.conv3.bn.running_var",
            "backbone.slow_path.layer1.0.downsample.conv.weight");
    Path file = TorchFile.write(folder.resolve("zoo.pth"), Map.of("state_dict", state));
    try (VideoNet net = net("slowfast-8x8-r50", 3)) {
      assertThatThrownBy(() -> InitialWeights.load(net, new WeightSource(file)))
          .isInstanceOf(ServiceException.class)
          .hasMessageContaining(
              "the weights do not fit slowfast-8x8-r50: 16 missing (s1_fuse.bn.weight,");
    }
  }

  @Test
  void theUniFormerAuthorsFiles() throws IOException {
    Map<String, Object> state = state("uniformer-s", name -> name);
    assertThat(loaded("uniformer-s", state).origin().place()).isEmpty();
    assertThat(loaded("uniformer-s", Map.of("model", state)).origin().place()).isEqualTo("model");
  }

  @Test
  void mmaction2sUniFormer() throws IOException {
    Map<String, Object> state =
        state(
            "uniformer-s",
            name ->
                name.startsWith("head.")
                    ? name.replace("head.", "cls_head.fc_cls.")
                    : "backbone." + name);
    WeightMatch match =
        loaded("uniformer-s", Map.of("meta", Map.of("epoch", 1), "state_dict", state));
    assertThat(match.report()).singleElement().asString().endsWith(" by mmaction2's names");
  }
}
