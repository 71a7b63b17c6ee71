package io.pairstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.Tensor;
import io.pairstream.ops.ServiceException;
import io.pairstream.testing.Golden;
import io.pairstream.trainer.checkpoint.Checkpoint;
import io.pairstream.trainer.checkpoint.CheckpointStore;
import io.pairstream.trainer.checkpoint.Manifest;
import io.pairstream.trainer.checkpoint.Progress;
import io.pairstream.trainer.checkpoint.storage.FolderStorage;
import io.pairstream.trainer.model.BatchNormScope;
import io.pairstream.trainer.model.ModelSpec;
import io.pairstream.trainer.model.Pass;
import io.pairstream.trainer.model.StateDict;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.model.VideoNets;
import io.pairstream.trainer.optim.Optimizer;
import io.pairstream.trainer.optim.Rates;
import io.pairstream.trainer.optim.Sgd;
import io.pairstream.trainer.torch.TorchRuntime;
import io.pairstream.trainer.weights.Python;
import io.pairstream.trainer.weights.StoredTensor;
import io.pairstream.trainer.weights.WeightFile;
import io.pairstream.trainer.weights.WeightMatch;
import io.pairstream.trainer.weights.WeightSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What was trained or converted here goes back to PyTorch: the same layers, built there and loaded
/// with our files, give the same logits.
class WeightsOutTest {
  @TempDir private Path folder = Path.of("");

  private final TorchRuntime torch = TorchRuntime.start(2);

  private VideoNet net(String model, int classes, long seed) {
    return VideoNets.create(
        new ModelSpec(model, 4, classes, OptionalDouble.empty(), seed, DataType.FLOAT32),
        torch.newManager());
  }

  private double[] python(Path weights, int segments, float[] input, String shape)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4 * input.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(input);
    Path values = Files.write(folder.resolve("input.f32"), bytes.array());
    String printed = Python.run("tsm_logits.py", weights, segments, values, shape);
    assertThat(printed).startsWith("<All keys matched successfully>");
    return printed
        .lines()
        .filter(line -> line.startsWith("logits "))
        .flatMap(line -> Arrays.stream(line.substring(7).split(" ", -1)))
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  @Test
  void aCheckpointOfTsmGivesTheSameLogitsInPyTorch() throws IOException {
    for (String model : List.of("tsm-resnet18-narrow", "tsm-resnet18", "tsm-resnet50")) {
      try (VideoNet net = net(model, 3, 1);
          Optimizer optimizer = new Sgd(net, 0, 0.9, false);
          NDManager scope = net.manager().newSubManager()) {
        TrainStep step =
            new TrainStep(
                net,
                optimizer,
                new BatchAssembler(Normalization.IMAGENET, DataType.FLOAT32),
                new TrainStep.StepOptions(
                    1, true, BatchNormScope.JOINT, Double.POSITIVE_INFINITY, 0));
        // Moves the statistics of batch normalisation away from where they began.
        step.accumulate(Pairs.recipe(0, 4));
        step.update(Rates.of(0.01));
        Path kept = folder.resolve(model);
        Path saved =
            kept.resolve(
                new CheckpointStore(new FolderStorage(kept))
                    .save(checkpoint(net, optimizer), false));
        float[] input = Golden.input("", "input", 2 * 4 * 3 * 32 * 32, 4);
        float[] logits =
            net.forward(scope.create(input, new Shape(2, 4, 3, 32, 32)), Pass.evaluation())
                .toFloatArray();
        double[] theirs = python(saved.resolve("model.safetensors"), 4, input, "2,12,32,32");
        assertThat(theirs).hasSameSizeAs(logits);
        double largest = Arrays.stream(theirs).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < logits.length; i++) {
          assertThat((double) logits[i])
              .as(model)
              .isCloseTo(theirs[i], within(1e-5 * Math.max(1, largest)));
        }
      }
    }
  }

  private static Checkpoint checkpoint(VideoNet net, Optimizer optimizer) {
    return new Checkpoint(
        StateDict.of(net),
        optimizer.state(),
        new Manifest(
            Manifest.FORMAT,
            "run",
            "id",
            "main",
            net.name(),
            List.of("a", "b", "c"),
            new TreeMap<>(),
            Progress.startingAt(0),
            List.of(),
            null));
  }

  @Test
  void theAuthorsCheckpointConvertedGivesTheirLogits() throws IOException {
    JsonNode golden = Golden.read("checkpoints/contents.json");
    JsonNode check = golden.get("tsm_tiny").get("forward_check");
    int[] shape = Golden.ints(check.get("input_shape"));
    float[] input =
        Golden.input(
            golden.get("salt").asText(), "input", shape[0] * shape[1] * shape[2] * shape[3], 4);
    for (JsonNode name : golden.get("tsm_tiny").get("files")) {
      Path out = folder.resolve(name.asText() + ".safetensors");
      WeightConversion.rename(
          new WeightSource(Golden.directory().resolve("checkpoints").resolve(name.asText())), out);
      double[] logits =
          python(out, shape[1] / 3, input, Arrays.toString(shape).replaceAll("[\\[\\] ]", ""));
      double[] want =
          java.util.stream.StreamSupport.stream(check.get("logits").spliterator(), false)
              .flatMapToDouble(row -> Arrays.stream(Golden.doubles(row)))
              .toArray();
      assertThat(logits).hasSameSizeAs(want);
      for (int i = 0; i < want.length; i++) {
        assertThat(logits[i]).isCloseTo(want[i], within(1e-4));
      }
    }
  }

  @Test
  void aConvertedFileBeginsATrainingWithTheSameBits() {
    Path first = folder.resolve("first.safetensors");
    Path second = folder.resolve("second.safetensors");
    SortedMap<String, Tensor> state;
    try (VideoNet net = net("tsm-resnet18", 7, 5)) {
      state = StateDict.of(net);
      Path saved = CheckpointFiles.write(folder.resolve("net.safetensors"), state);
      WeightConversion.rename(new WeightSource(saved), first);
      WeightConversion.complete(
          new WeightSource(saved), second, "tsm-resnet18", OptionalInt.empty());
    }
    for (Path file : List.of(first, second)) {
      try (VideoNet net = net("tsm-resnet18", 7, 0)) {
        WeightMatch match = InitialWeights.load(net, new WeightSource(file));
        assertThat(match.fresh()).isEmpty();
        StateDict.of(net)
            .forEach((name, tensor) ->
                assertThat(tensor.contentEquals(java.util.Objects.requireNonNull(state.get(name))))
                    .as(name)
                    .isTrue());
      }
    }
  }

  @Test
  void anotherNumberOfClassesKeepsTheBackboneAndAFreshClassifier() {
    Path file;
    SortedMap<String, Tensor> trained;
    try (VideoNet net = net("tsm-resnet18-narrow", 7, 5)) {
      trained = StateDict.of(net);
      file = CheckpointFiles.write(folder.resolve("seven.safetensors"), trained);
    }
    try (VideoNet net = net("tsm-resnet18-narrow", 3, 0)) {
      SortedMap<String, Tensor> before = StateDict.of(net);
      WeightMatch match = InitialWeights.load(net, new WeightSource(file));
      assertThat(match.fresh().keySet()).containsExactlyInAnyOrder("new_fc.weight", "new_fc.bias");
      StateDict.of(net)
          .forEach((name, tensor) -> {
            Tensor want = (name.startsWith("new_fc.") ? before : trained).get(name);
            assertThat(tensor.contentEquals(java.util.Objects.requireNonNull(want)))
                .as(name)
                .isTrue();
          });
    }
  }

  @Test
  void weightsOfAnotherModelAreRefusedAndChangeNothing() {
    Path file;
    try (VideoNet net = net("tsm-resnet18", 3, 5)) {
      file = CheckpointFiles.write(folder.resolve("18.safetensors"), StateDict.of(net));
    }
    try (VideoNet net = net("tsm-resnet34", 3, 0)) {
      SortedMap<String, Tensor> before = StateDict.of(net);
      assertThatThrownBy(() -> InitialWeights.load(net, new WeightSource(file)))
          .isInstanceOf(ServiceException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("missing")
          .satisfies(e -> assertThat(((ServiceException) e).exitCode().code()).isEqualTo(2));
      StateDict.of(net)
          .forEach((name, tensor) ->
              assertThat(tensor.contentEquals(java.util.Objects.requireNonNull(before.get(name))))
                  .isTrue());
    }
  }

  @Test
  void everyTensorOfTorchvisionsResNetsFindsItsPlace() throws IOException {
    for (int depth : List.of(18, 34, 50)) {
      Path file = folder.resolve("resnet" + depth + ".pth");
      // The published counts of parameters.
      assertThat(Python.run("draw_resnet.py", depth, file).strip())
          .isEqualTo("values " + Map.of(18, 11689512, 34, 21797672, 50, 25557032).get(depth));
      try (VideoNet net = net("tsm-resnet" + depth, 3, 0);
          WeightFile weights = WeightFile.open(file)) {
        WeightMatch match = InitialWeights.load(net, new WeightSource(file));
        assertThat(match.left()).containsExactly("fc.weight", "fc.bias");
        assertThat(match.fresh().keySet().stream().filter(name -> !name.endsWith("tracked")))
            .containsExactly("new_fc.weight", "new_fc.bias");
        SortedMap<String, Tensor> state = StateDict.of(net);
        for (Map.Entry<String, StoredTensor> entry : weights.tensors().entrySet()) {
          Tensor have = state.get("base_model." + entry.getKey());
          assertThat(have != null && have.contentEquals(entry.getValue().dense()))
              .as(entry.getKey())
              .isEqualTo(!entry.getKey().startsWith("fc."));
        }
      }
    }
  }
}
