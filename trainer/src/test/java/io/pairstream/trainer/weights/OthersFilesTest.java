package io.pairstream.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pairstream.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files drawn by PyTorch and NumPy with the names of torchvision, PySlowFast and Caffe2 read to
/// the values that Python has.
class OthersFilesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder = Path.of("");

  /// Names with shapes small enough to list every value.
  private Path names() throws IOException {
    Map<String, Map<String, List<Integer>>> names = new TreeMap<>();
    names.put(
        "torchvision",
        Map.of(
            "conv1.weight", List.of(4, 3, 7, 7),
            "bn1.running_var", List.of(4),
            "layer1.0.conv1.weight", List.of(4, 4, 1, 1),
            "layer4.2.bn3.bias", List.of(16),
            "fc.weight", List.of(10, 16),
            "fc.bias", List.of(10)));
    names.put(
        "caffe2",
        Map.of(
            "conv1_w", List.of(16, 3, 1, 7, 7),
            "t_conv1_w", List.of(2, 3, 5, 7, 7),
            "res_conv1_bn_riv", List.of(16),
            "res2_0_branch2a_w", List.of(4, 16, 1, 1, 1),
            "pred_w", List.of(400, 12),
            "pred_b", List.of(400)));
    Map<String, List<Integer>> reference = new TreeMap<>();
    for (JsonNode entry :
        JSON.readTree(Golden.own().resolve("checkpoints/contents.json").toFile())
            .get("pyslowfast_tiny")
            .get("model_state")) {
      List<Integer> shape = new ArrayList<>();
      entry.get("shape").forEach(dim -> shape.add(dim.asInt()));
      reference.put(entry.get("name").asText(), shape);
    }
    names.put("reference", reference);
    Path file = folder.resolve("names.json");
    Files.write(file, JSON.writeValueAsBytes(names));
    return file;
  }

  @Test
  void everyFileReadsToTheValuesThatPythonHas() throws IOException {
    Python.run("draw_weights.py", folder, names());
    List<Path> lists;
    try (var files = Files.list(folder)) {
      lists =
          files.filter(file -> file.toString().matches(".*\\.(pth|pyth|pkl|pt)\\.json")).toList();
    }
    assertThat(lists).hasSize(18);
    for (Path list : lists) {
      Path file = Path.of(list.toString().replace(".json", ""));
      try (WeightFile weights = WeightFile.open(file)) {
        List<String> names = new ArrayList<>();
        for (JsonNode row : JSON.readTree(Files.readAllBytes(list))) {
          names.add(row.get(0).asText());
          check(file + " " + names.getLast(), weights.tensors().get(names.getLast()), row);
        }
        assertThat(weights.tensors().keySet()).as(file.toString()).containsAll(names);
      }
    }
  }

  @Test
  void whatIsBesideTheWeightsIsTold() throws IOException {
    Python.run("draw_weights.py", folder, names());
    try (WeightFile file = WeightFile.open(folder.resolve("SLOWFAST_8x8_R50.pyth"))) {
      assertThat(file.place()).isEqualTo("model_state");
      assertThat(file.others()).containsEntry("epoch", "196");
      assertThat(file.others().get("cfg")).hasSizeLessThan(50);
    }
    try (WeightFile file = WeightFile.open(folder.resolve("script.pt"))) {
      assertThat(file.format()).isEqualTo(WeightFile.Format.TORCH_SCRIPT);
      assertThat(file.tensors().keySet())
          .contains("features.0.weight", "features.1.running_mean", "head.bias", "mean");
    }
    try (WeightFile file = WeightFile.open(folder.resolve("numpy-p0.pkl"))) {
      assertThat(file.tensors().keySet()).doesNotContain("words", "objects", "other_end");
    }
  }

  private static void check(
      String name, @org.jspecify.annotations.Nullable StoredTensor tensor, JsonNode row)
      throws IOException {
    if (tensor == null) {
      throw new AssertionError("no " + name);
    }
    assertThat(tensor.type().torchName()).as(name).isEqualTo(row.get(1).asText());
    List<Long> shape = new ArrayList<>();
    row.get(2).forEach(dim -> shape.add(dim.asLong()));
    assertThat(tensor.shape().dims()).as(name).isEqualTo(shape);
    assertThat(Values.of(tensor.dense())).as(name).containsExactly(Golden.doubles(row.get(3)));
  }
}
