package io.pairstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.testing.Golden;
import io.pairstream.trainer.model.ModelSpec;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A golden `state_dict.json`: every name, shape, kind and value of a model of the reference.
final class GoldenStateDict {
  private static final Pattern RESNET = Pattern.compile("ResNet-(\\d+)");

  private GoldenStateDict() {}

  static void assertSame(JsonNode golden, TorchRuntime torch) {
    JsonNode state = golden.get("state");
    int classes = state.get(state.size() - 1).get("shape").get(0).asInt();
    GoldenFamily family = GoldenFamily.of(golden.get("model").asText());
    Matcher resnet = RESNET.matcher(golden.get("model").asText());
    String arch = resnet.find() ? "resnet" + resnet.group(1) : "";
    ModelSpec spec =
        new ModelSpec(
            family.modelName(arch),
            new ModelSpec.Input(8, Optional.empty()),
            classes,
            new ModelSpec.Regularization(OptionalDouble.empty(), OptionalDouble.empty(), false),
            0,
            DataType.FLOAT32);
    try (VideoNet net = GoldenCase.net(spec, golden.get("salt").asText(), torch)) {
      assertThat(net.parameters().values().stream().mapToLong(NDArray::size).sum())
          .as("parameters")
          .isEqualTo(golden.get("n_params").asLong());
      assertSame(net.parameters(), state, "param");
      assertSame(net.buffers(), state, "buffer");
    }
  }

  private static void assertSame(Map<String, NDArray> ours, JsonNode state, String kind) {
    List<String> names = new ArrayList<>();
    for (JsonNode entry : state) {
      if (!entry.get("kind").asText().equals(kind)) {
        continue;
      }
      String name = entry.get("name").asText();
      names.add(name);
      NDArray array = ours.get(name);
      if (array == null) {
        throw new AssertionError("there is no " + name);
      }
      assertThat(array.getShape().getShape())
          .as("shape of %s", name)
          .containsExactly(
              java.util.Arrays.stream(Golden.ints(entry.get("shape"))).asLongStream().toArray());
      assertValues(array, entry, name);
    }
    assertThat(ours.keySet()).containsExactlyElementsOf(names);
  }

  private static void assertValues(NDArray array, JsonNode entry, String name) {
    double[] values = array.toType(DataType.FLOAT64, false).toDoubleArray();
    double[] first = Golden.doubles(entry.get("first"));
    assertThat(java.util.Arrays.copyOf(values, first.length)).as(name).containsExactly(first);
    double sum = java.util.Arrays.stream(values).sum();
    Summary.within(sum, entry.get("sum").asDouble(), 1e-6, "sum of " + name);
  }
}
