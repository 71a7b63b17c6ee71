package io.pairstream.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pairstream.clip.Shape;
import io.pairstream.testing.Require;
import io.pairstream.trainer.weights.WeightFile.StateTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightMatchTest {
  private static final WeightMatch.Origin TOP = WeightMatch.Origin.TOP;

  private static final RandomBytes PLENTY = RandomBytes.of(new byte[1 << 24]);

  private static StoredTensor tensor(Shape shape) {
    return StoredTensor.contiguous(
        StoredType.F32, shape, new Region(PLENTY, 0, shape.elements() * 4));
  }

  /// Names and shapes of SlowFast's reference.
  private static Map<String, Shape> slowFast() throws IOException {
    Path file =
        Require.root().resolve("core/src/test/resources/golden/models/slowfast/state_dict.json");
    Map<String, Shape> model = new LinkedHashMap<>();
    for (JsonNode entry : new ObjectMapper().readTree(Files.readAllBytes(file)).get("state")) {
      List<Long> dims = new ArrayList<>();
      entry.get("shape").forEach(dim -> dims.add(dim.asLong()));
      model.put(entry.get("name").asText(), new Shape(dims));
    }
    return model;
  }

  private static Map<String, StoredTensor> file(
      Map<String, Shape> model, Function<String, String> name) {
    Map<String, StoredTensor> file = new LinkedHashMap<>();
    model.forEach((key, shape) -> {
      String renamed = name.apply(key);
      if (!renamed.isEmpty()) {
        file.put(renamed, tensor(shape));
      }
    });
    return file;
  }

  /// A small TSM ResNet's names.
  private static Map<String, Shape> tsm() {
    Map<String, Shape> model = new LinkedHashMap<>();
    model.put("base_model.conv1.weight", Shape.of(8, 3, 7, 7));
    model.put("base_model.bn1.weight", Shape.of(8));
    model.put("base_model.bn1.num_batches_tracked", Shape.of());
    model.put("base_model.layer1.0.conv1.weight", Shape.of(4, 8, 1, 1));
    model.put("base_model.layer1.0.downsample.0.weight", Shape.of(16, 8, 1, 1));
    model.put("new_fc.weight", Shape.of(174, 16));
    model.put("new_fc.bias", Shape.of(174));
    return model;
  }

  private static String torchvision(String name) {
    return name.startsWith("base_model.") ? name.substring(11) : "";
  }

  @Test
  void theReferencesOwnFileMatchesAsItIs() {
    Map<String, Shape> model = tsm();
    WeightMatch match = WeightMatch.of(file(model, name -> name), TOP, model, "tsm");
    assertThat(match.reading().naming()).isEqualTo(Naming.REFERENCE);
    assertThat(match.sources())
        .hasSameSizeAs(model)
        .allSatisfy((a, b) -> assertThat(a).isEqualTo(b));
    assertThat(match.fresh()).isEmpty();
    assertThat(match.left()).isEmpty();
  }

  @Test
  void theFirstTsmCodesWrappedConvolutionsMatch() {
    Map<String, Shape> model = tsm();
    Map<String, StoredTensor> file =
        file(model, name -> name.replace("layer1.0.conv1.", "layer1.0.conv1.net."));
    WeightMatch match = WeightMatch.of(file, TOP, model, "tsm");
    assertThat(match.sources())
        .containsEntry("base_model.layer1.0.conv1.weight", "base_model.layer1.0.conv1.net.weight");
    assertThat(match.left()).isEmpty();
  }

  @Test
  void torchvisionsResNetsGetAFreshClassifier() {
    Map<String, Shape> model = tsm();
    Map<String, StoredTensor> file = file(model, WeightMatchTest::torchvision);
    file.remove("bn1.num_batches_tracked");
    file.put("fc.weight", tensor(Shape.of(1000, 16)));
    file.put("fc.bias", tensor(Shape.of(1000)));
    WeightMatch match = WeightMatch.of(file, TOP, model, "tsm");
    assertThat(match.reading().naming()).isEqualTo(Naming.TORCHVISION);
    assertThat(match.sources()).hasSize(4);
    assertThat(match.fresh().keySet())
        .containsExactly("base_model.bn1.num_batches_tracked", "new_fc.weight", "new_fc.bias");
    assertThat(match.left()).containsExactly("fc.weight", "fc.bias");
    assertThat(match.report())
        .contains(
            "matched 4 tensors by torchvision's names",
            "fresh 2: new_fc.weight, new_fc.bias (the file has no such classifier)",
            "left in the file 2: fc.weight, fc.bias");
  }

  @Test
  void anotherNumberOfClassesGivesAFreshClassifierWithTheNumbersTold() {
    Map<String, Shape> model = tsm();
    Map<String, StoredTensor> file = file(model, name -> name);
    file.put("new_fc.weight", tensor(Shape.of(400, 16)));
    file.put("new_fc.bias", tensor(Shape.of(400)));
    WeightMatch match = WeightMatch.of(file, TOP, model, "tsm");
    assertThat(match.fresh())
        .containsEntry("new_fc.weight", "the file has 400 classes, the model 174")
        .containsKey("new_fc.bias");
    assertThat(WeightMatch.classes(file, new Reading(Front.NONE, Naming.REFERENCE))).hasValue(400);
  }

  @Test
  void everyParameterOfSlowFastHasItsNameInCaffe2() throws IOException {
    Map<String, Shape> model = slowFast();
    assertThat(model).containsKey("s5.pathway1_res2.branch2.c_bn.running_var");
    Map<String, StoredTensor> file = file(model, WeightMatchTest::caffe2);
    file.put("conv1_w_momentum", tensor(Shape.of(2)));
    file.put("lr", tensor(Shape.of()));
    file.put("model_iter", tensor(Shape.of(1)));
    WeightMatch match = WeightMatch.of(file, TOP, model, "slowfast");
    assertThat(match.reading().naming()).isEqualTo(Naming.CAFFE2);
    match.sources().forEach((target, source) -> assertThat(source).isEqualTo(caffe2(target)));
    assertThat(match.sources().size() + match.fresh().size()).isEqualTo(model.size());
    assertThat(match.fresh().keySet()).allMatch(name -> name.endsWith("num_batches_tracked"));
    assertThat(match.left()).containsExactly("conv1_w_momentum", "lr", "model_iter");
  }

  /// The reference's name in Caffe2, told the other way round than [Naming] does.
  private static String caffe2(String name) {
    if (name.endsWith("num_batches_tracked")) {
      return "";
    }
    String kind = name.substring(name.lastIndexOf('.') + 1);
    String layer = name.substring(0, name.lastIndexOf('.'));
    boolean normalization = layer.endsWith("bn");
    String fast = layer.contains("pathway1") || layer.contains("fuse") ? "t_" : "";
    String[][] rules = {
      {"head\\.projection", "pred"},
      {"s1\\.pathway.*_stem\\.conv", "conv1"},
      {"s1\\.pathway.*_stem\\.bn", "res_conv1"},
      {"s1_fuse\\..*", "pool1_subsample"},
      {"s2_fuse\\..*", "res2_2_branch2c_bn_subsample"},
      {"s3_fuse\\..*", "res3_3_branch2c_bn_subsample"},
      {"s4_fuse\\..*", "res4_5_branch2c_bn_subsample"},
      {"s(\\d)\\.pathway\\d_res(\\d+)\\.branch1(?:_bn)?", "res$1_$2_branch1"},
      {"s(\\d)\\.pathway\\d_res(\\d+)\\.branch2\\.([abc])(?:_bn)?", "res$1_$2_branch2$3"},
    };
    Map<String, String> kinds =
        normalization
            ? Map.of(
                "weight", "bn_s", "bias", "bn_b", "running_mean", "bn_rm", "running_var", "bn_riv")
            : Map.of("weight", "w", "bias", "b");
    for (String[] rule : rules) {
      if (Pattern.matches(rule[0], layer)) {
        return fast + layer.replaceFirst(rule[0], rule[1]) + "_" + kinds.get(kind);
      }
    }
    throw new AssertionError("no rule for " + name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.",
        "module.",
        "_orig_mod.",
        "backbone.",
        "encoder.",
        "module._orig_mod.model.",
        "model.backbone."
      })
  void whatWrappersPutInFrontIsFoundAndNamed(String front) {
    Map<String, Shape> model = tsm();
    Map<String, StoredTensor> whole = file(model, name -> front + name);
    SequencedMap<String, StoredTensor> names = new LinkedHashMap<>(whole);
    StateTensors state = new StateTensors("ema", "", names, new LinkedHashMap<>());
    StateTensors shorter = state.withoutWrappers();
    assertThat(shorter.prefix()).isEqualTo(front);
    WeightMatch match =
        WeightMatch.of(
            shorter.tensors(), new WeightMatch.Origin("ema", shorter.prefix()), model, "tsm");
    assertThat(match.sources()).hasSameSizeAs(model);
    assertThat(match.report().getFirst())
        .isEqualTo(
            "matched 7 tensors of 'ema' by the reference's names, '%s' in front left out"
                .formatted(front));

    // Beside a loss of its own, not all names have it.
    whole.put("criterion.weight", tensor(Shape.of(174)));
    WeightMatch part = WeightMatch.of(whole, TOP, model, "tsm");
    assertThat(part.sources()).hasSameSizeAs(model);
    assertThat(part.left()).containsExactly("criterion.weight");
    assertThat(part.report().getFirst()).endsWith("'" + front + "' in front left out");
    assertThat(Reading.of(whole.keySet()))
        .isEqualTo(new Reading(new Front(front, ""), Naming.REFERENCE));
  }

  @Test
  void aModelWhoseOwnNamesBeginLikeAWrappersMatches() {
    Map<String, Shape> own =
        Map.of("model.conv.weight", Shape.of(4, 3), "model.fc.weight", Shape.of(5, 4));
    WeightMatch match =
        WeightMatch.of(
            file(own, name -> name.substring(6)),
            new WeightMatch.Origin("", "module.model."),
            own,
            "own.pt");
    assertThat(match.sources())
        .containsEntry("model.conv.weight", "conv.weight")
        .containsEntry("model.fc.weight", "fc.weight");
    assertThat(match.report().getFirst()).endsWith(", 'module.' in front left out");
  }

  @Test
  void aBackboneAloneGetsAFreshClassifier() {
    Map<String, Shape> model = tsm();
    Map<String, StoredTensor> file =
        file(
            model,
            name -> torchvision(name).isEmpty() ? "" : "module.encoder." + torchvision(name));
    file.put("module.projector.0.weight", tensor(Shape.of(8, 16)));
    WeightMatch match = WeightMatch.of(file, TOP, model, "tsm");
    assertThat(match.sources()).hasSize(5);
    assertThat(match.left()).containsExactly("module.projector.0.weight");
    assertThat(match.report().getFirst())
        .isEqualTo("matched 5 tensors by torchvision's names, 'module.encoder.' in front left out");
    assertThat(match.fresh()).containsOnlyKeys("new_fc.weight", "new_fc.bias");
  }

  @Test
  void dimensionsOfSizeOneMayDiffer() {
    Map<String, Shape> model =
        Map.of("head.projection.weight", Shape.of(5, 8), "s1.x.weight", Shape.of(4, 3, 1, 7, 7));
    Map<String, StoredTensor> file =
        Map.of(
            "head.projection.weight", tensor(Shape.of(5, 8, 1, 1, 1)),
            "s1.x.weight", tensor(Shape.of(4, 3, 7, 7)));
    assertThat(WeightMatch.of(file, TOP, model, "net").reshaped())
        .containsExactlyInAnyOrder("head.projection.weight", "s1.x.weight");
  }

  @Test
  void aFileThatDoesNotFitIsRefusedWithWhatIsWrong() {
    Map<String, Shape> model = tsm();
    Map<String, StoredTensor> missing = file(model, name -> name);
    missing.remove("base_model.bn1.weight");
    assertRefused(missing, model, "1 missing (base_model.bn1.weight)");

    Map<String, StoredTensor> other = file(model, name -> name);
    other.put("base_model.conv1.weight", tensor(Shape.of(8, 3, 5, 5)));
    assertRefused(other, model, "[8,3,5,5] in the file, [8,3,7,7] in the model");

    Map<String, StoredTensor> deeper = file(model, WeightMatchTest::torchvision);
    deeper.put("layer1.7.conv1.weight", tensor(Shape.of(4, 16, 1, 1)));
    assertRefused(deeper, model, "1 for layers that the model lacks (layer1.7.conv1.weight)");

    assertRefused(Map.of("x", tensor(Shape.of(1))), model, "none of the 1 tensors (x)");
  }

  @Test
  void aNonLocalNetOfCaffe2IsNoSlowFast() {
    Map<String, Shape> model = Map.of("s1.pathway0_stem.conv.weight", Shape.of(8, 3, 1, 7, 7));
    Map<String, StoredTensor> file =
        Map.of(
            "conv1_w", tensor(Shape.of(8, 3, 1, 7, 7)),
            "nonlocal_conv3_1_theta_w", tensor(Shape.of(4, 8, 1, 1, 1)));
    assertRefused(file, model, "nonlocal_conv3_1_theta_w");
  }

  private static void assertRefused(
      Map<String, StoredTensor> file, Map<String, Shape> model, String saying) {
    assertThatThrownBy(() -> WeightMatch.of(file, TOP, model, "tsm-resnet50"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tsm-resnet50")
        .hasMessageContaining(saying);
  }
}
