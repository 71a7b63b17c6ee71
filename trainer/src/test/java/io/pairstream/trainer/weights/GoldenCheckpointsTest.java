package io.pairstream.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.clip.Shape;
import io.pairstream.testing.Golden;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every checkpoint of the golden folder reads to what its list of contents says.
class GoldenCheckpointsTest {
  private static final Set<String> NO_CASES = Set.of("salt");

  /// What a case may say; `forward_check` is of another test.
  private static final Set<String> KNOWN =
      Set.of(
          "files",
          "top_level_keys",
          "epoch",
          "arch",
          "best_prec1",
          "val_acc_top1",
          "epoch_log",
          "cfg",
          "nested",
          "state_dict",
          "model_state",
          "optimizer",
          "forward_check",
          "note");

  private final JsonNode contents = Golden.read("checkpoints/contents.json");

  private static Path folder() {
    return Golden.directory().resolve("checkpoints");
  }

  @TestFactory
  List<DynamicTest> everyFileReadsToWhatItHolds() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Map.Entry<String, JsonNode> one : contents.properties()) {
      if (!NO_CASES.contains(one.getKey())) {
        for (JsonNode name : one.getValue().get("files")) {
          Path file = folder().resolve(name.asText());
          tests.add(
              DynamicTest.dynamicTest(
                  name.asText(), () -> check(file, one.getKey(), one.getValue())));
        }
      }
    }
    assertThat(tests).isNotEmpty();
    return tests;
  }

  @Test
  void noFileIsLeftOut() throws IOException {
    List<String> listed = new ArrayList<>();
    contents.forEach(one -> one.path("files").forEach(name -> listed.add(name.asText())));
    try (var files = Files.list(folder())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsAll(listed)
          .filteredOn(name -> name.endsWith("th"))
          .hasSameSizeAs(listed);
    }
  }

  private void check(Path file, String name, JsonNode golden) throws IOException {
    assertThat(golden.fieldNames()).toIterable().as(name).isSubsetOf(KNOWN);
    try (WeightFile weights = WeightFile.open(file)) {
      assertThat(weights.format())
          .isEqualTo(
              file.toString().contains("legacy")
                  ? WeightFile.Format.TORCH_LEGACY
                  : WeightFile.Format.TORCH_ZIP);
      JsonNode state = golden.path("state_dict");
      if (state.isMissingNode()) {
        state = golden.path("model_state");
      }
      if (state.isMissingNode()) {
        assertThat(golden.get("note").asText()).as(name).contains("tsm_tiny without the module.");
        assertThat(weights.place()).isEmpty();
        state = contents.get("tsm_tiny").get("state_dict");
      } else {
        checkPlain(content(weights), golden);
      }
      checkTensors(weights.tensors(), state);
      if (golden.has("optimizer")) {
        checkOptimizer(weights, golden.get("optimizer"));
      }
    }
  }

  private static Value.Mapping content(WeightFile weights) {
    return weights.content() instanceof Value.Mapping mapping
        ? mapping
        : fail("the file holds no dict");
  }

  /// What is beside the tensors.
  private static void checkPlain(Value.Mapping top, JsonNode golden) {
    if (golden.has("top_level_keys")) {
      List<String> keys = new ArrayList<>();
      golden.get("top_level_keys").forEach(key -> keys.add(key.asText()));
      assertThat(top.entries().keySet().stream().map(GoldenCheckpointsTest::plain))
          .containsExactlyElementsOf(keys);
    }
    for (Map.Entry<String, JsonNode> entry : golden.properties()) {
      if (Set.of("epoch", "arch", "best_prec1", "val_acc_top1", "epoch_log", "cfg", "nested")
          .contains(entry.getKey())) {
        assertThat(plain(top.get(entry.getKey()).orElseThrow()))
            .as(entry.getKey())
            .isEqualTo(plain(entry.getValue()));
      }
    }
  }

  private static void checkTensors(SequencedMap<String, StoredTensor> tensors, JsonNode golden)
      throws IOException {
    List<String> names = new ArrayList<>();
    for (JsonNode entry : golden) {
      String name = entry.get("name").asText();
      names.add(name.startsWith("module.") ? name.substring(7) : name);
      StoredTensor tensor = tensors.get(names.getLast());
      assertThat(tensor).as(name).isNotNull();
      if (tensor != null) {
        checkTensor(name, tensor, entry);
      }
    }
    assertThat(tensors.keySet()).containsExactlyElementsOf(names);
  }

  private static void checkTensor(String name, StoredTensor tensor, JsonNode golden)
      throws IOException {
    assertThat(tensor.type().torchName()).as(name).isEqualTo(golden.get("dtype").asText());
    List<Long> shape = new ArrayList<>();
    golden.get("shape").forEach(dim -> shape.add(dim.asLong()));
    assertThat(tensor.shape()).as(name).isEqualTo(new Shape(shape));
    if (golden.has("stride")) {
      List<Long> strides = new ArrayList<>();
      golden.get("stride").forEach(stride -> strides.add(stride.asLong()));
      assertThat(tensor.strides()).as(name).isEqualTo(strides);
      assertThat(tensor.offset()).as(name).isEqualTo(golden.get("storage_offset").asLong());
    }
    double[] values = Values.of(tensor.dense());
    double[] first =
        Golden.doubles(golden.has("values") ? golden.get("values") : golden.get("first"));
    assertThat(java.util.Arrays.copyOf(values, first.length)).as(name).containsExactly(first);
    double sum = 0;
    double absolute = 0;
    for (double value : values) {
      sum += value;
      absolute += Math.abs(value);
    }
    double bound = 1e-12 * Math.max(1e-300, absolute);
    assertThat(sum).as(name).isCloseTo(golden.get("sum").asDouble(), within(bound));
    assertThat(absolute).as(name).isCloseTo(golden.get("abssum").asDouble(), within(bound));
  }

  private static void checkOptimizer(WeightFile weights, JsonNode golden) throws IOException {
    Value.Mapping optimizer =
        content(weights).get("optimizer").orElseThrow() instanceof Value.Mapping found
            ? found
            : fail("no optimizer");
    checkGroups(optimizer.get("param_groups").orElseThrow(), golden.get("param_groups"));
    Value.Mapping state =
        optimizer.get("state").orElseThrow() instanceof Value.Mapping found ? found : fail("none");
    for (Map.Entry<String, JsonNode> entry : golden.get("momentum_buffers").properties()) {
      Value of = state.entries().get(new Value.Int(new BigInteger(entry.getKey())));
      if (of instanceof Value.Mapping kinds
          && kinds.get("momentum_buffer").orElseThrow() instanceof Value.TensorView view) {
        checkTensor("momentum " + entry.getKey(), weights.tensor(view), entry.getValue());
      } else {
        fail("no momentum of " + entry.getKey());
      }
    }
    assertThat(state.entries()).hasSameSizeAs(golden.get("momentum_buffers"));
  }

  /// The list of contents names the keys that count.
  private static void checkGroups(Value found, JsonNode golden) {
    List<Value> groups = found instanceof Value.Sequence list ? list.items() : List.of();
    assertThat(groups).hasSameSizeAs(golden);
    for (int i = 0; i < groups.size(); i++) {
      Value.Mapping group =
          groups.get(i) instanceof Value.Mapping mapping ? mapping : fail("no group");
      for (Map.Entry<String, JsonNode> entry : golden.get(i).properties()) {
        assertThat(plain(group.get(entry.getKey()).orElseThrow()))
            .as(entry.getKey())
            .isEqualTo(plain(entry.getValue()));
      }
    }
  }

  /// As Java's own values: numbers as doubles, lists and tuples as lists.
  private static Object plain(Value value) {
    if (value instanceof Value.Mapping mapping) {
      Map<Object, Object> plain = new TreeMap<>();
      mapping.entries().forEach((key, item) -> plain.put(plain(key), plain(item)));
      return plain;
    }
    if (value instanceof Value.Sequence sequence) {
      return sequence.items().stream().map(GoldenCheckpointsTest::plain).toList();
    }
    return switch (value) {
      case Value.Flag flag -> flag.value();
      case Value.Int number -> number.value().doubleValue();
      case Value.Real number -> number.value();
      case Value.Text text -> text.value();
      default -> fail("unexpected " + value.summary());
    };
  }

  private static Object plain(JsonNode node) {
    if (node.isObject()) {
      Map<Object, Object> plain = new TreeMap<>();
      node.properties().forEach(entry -> plain.put(entry.getKey(), plain(entry.getValue())));
      return plain;
    }
    if (node.isArray()) {
      List<Object> items = new ArrayList<>();
      node.forEach(item -> items.add(plain(item)));
      return items;
    }
    return node.isNumber() ? node.asDouble() : node.isBoolean() ? node.asBoolean() : node.asText();
  }
}
