package io.pairstream.benchmarks.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pairstream.benchmarks.Benchmark;
import io.pairstream.benchmarks.Median;
import io.pairstream.benchmarks.Row;
import io.pairstream.benchmarks.TemporaryFolder;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.trainer.model.ModelSpec;
import io.pairstream.trainer.model.ParameterGroup;
import io.pairstream.trainer.optim.OptimizerSpec;
import io.pairstream.trainer.torch.TorchRuntime;
import io.pairstream.wire.SafeTensors;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/// A training step of each model at full size beside the same step in plain PyTorch, from the same
/// weights and pixels, on as many threads, in turn. After them come bfloat16 beside float32
/// ([HalfPrecision]) and memory ([MemoryGrowth]).
///
/// Agreement first: losses, weights and running statistics after a step. The steps that are timed
/// move the weights by next to nothing, so that no loss comes near zero, where numbers become
/// denormal and steps slow.
public final class TrainingBenchmark implements Benchmark {
  private static final int THREADS = 2;
  private static final int CLIPS = 2;
  private static final int SIDE = 224;
  private static final int CLASSES = 174;
  private static final double WEIGHT_DECAY = 5e-4;
  private static final double RATE = 1e-4;
  private static final double NEXT_TO_NOTHING = 1e-9;

  /// Relative; float32 sums in another order.
  private static final double LOSS_TOLERANCE = 2e-3;

  /// Of the weights' first move: through 50 layers and batch statistics of a few rows, the order of
  /// float32 sums shows in the gradients by some hundredths, as it does between the float32 and the
  /// float64 of the MCA authors' own code.
  private static final double STATE_TOLERANCE = 0.1;

  /// @param row its name in the report
  private record Case(String row, String model, int frames, OptimizerSpec optimizer) {
    ModelSpec spec() {
      return new ModelSpec(
          model,
          new ModelSpec.Input(frames, java.util.Optional.of(new ModelSpec.Crop(SIDE, SIDE))),
          CLASSES,
          // What is drawn cannot be the same on both sides.
          new ModelSpec.Regularization(
              OptionalDouble.of(0),
              model.startsWith("uniformer") ? OptionalDouble.of(0) : OptionalDouble.empty(),
              false),
          0,
          ai.djl.ndarray.types.DataType.FLOAT32);
    }

    PairBatch pair() {
      return Drifting.pair(0, Shape.of(CLIPS, frames, SIDE, SIDE, 3), CLASSES);
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case("train-tsm", "tsm-resnet50", 8, new OptimizerSpec.Momentum(0.9, false)),
          new Case("train-slowfast", "slowfast-8x8-r50", 32, new OptimizerSpec.Momentum(0.9, true)),
          new Case("train-uniformer", "uniformer-s", 8, new OptimizerSpec.Adaptive(0.9)));

  private static final int ROUNDS = 10;

  private final Benchmark.Settings settings;

  public TrainingBenchmark(Benchmark.Settings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "train";
  }

  @Override
  public List<Row> run() throws Exception {
    TorchRuntime runtime = TorchRuntime.start(THREADS);
    List<Row> rows = new ArrayList<>();
    for (Case one : CASES) {
      if (settings.wants(one.row())) {
        try (TemporaryFolder folder = TemporaryFolder.create("pairstream-train")) {
          rows.add(measure(one, runtime, folder.path()));
        }
      }
    }
    if (settings.wants(HalfPrecision.ROW)) {
      rows.add(new HalfPrecision(runtime, settings.rounds().orElse(ROUNDS)).row());
    }
    for (MemoryGrowth one : MemoryGrowth.ALL) {
      if (settings.wants(one.row())) {
        rows.add(one.measure(runtime));
      }
    }
    return rows;
  }

  private Row measure(Case one, TorchRuntime runtime, Path folder) throws Exception {
    PairBatch pair = one.pair();
    try (OwnTraining ours = new OwnTraining(runtime, one.spec(), one.optimizer(), WEIGHT_DECAY)) {
      ours.load(lively(ours.state()));
      exchange(folder, one, ours, pair);
      try (TorchTraining theirs = TorchTraining.start(folder, THREADS)) {
        requireAgreement(one, ours, theirs, pair, folder);
        List<Double> own = new ArrayList<>();
        List<Double> other = new ArrayList<>();
        for (int round = 0; round < settings.rounds().orElse(ROUNDS); round++) {
          own.add(ours.step(pair, NEXT_TO_NOTHING).seconds());
          other.add(theirs.step(NEXT_TO_NOTHING).get("seconds").asDouble());
          System.out.printf(
              "%s, round %d: ours %.2f s, PyTorch's %.2f s%n",
              one.row(), round + 1, own.getLast(), other.getLast());
        }
        return new Row(
            one.row(),
            1 / Median.of(own),
            "steps/s",
            "PyTorch " + theirs.version() + ", " + THREADS + " threads",
            1 / Median.of(other));
      }
    }
  }

  /// Weights with which every part of the model has a say: fresh ones are zero in the last scale of
  /// a branch, and next to zero in the classifier.
  private static SortedMap<String, Tensor> lively(SortedMap<String, Tensor> state) {
    SortedMap<String, Tensor> lively = new TreeMap<>(state);
    state.forEach((name, tensor) -> {
      CounterRandom draws = CounterRandom.of(1, new BatchId(0, 0), CounterRandom.WHOLE_BATCH, name);
      boolean scale =
          name.endsWith(".weight") && tensor.shape().rank() == 1 && tensor.floatAt(0) == 0;
      boolean classifier = name.matches("(new_fc|head\\.projection|head)\\.weight");
      if (scale || classifier) {
        float[] values = new float[Math.toIntExact(tensor.shape().elements())];
        for (int i = 0; i < values.length; i++) {
          values[i] = scale ? 0.5f : (float) (0.1 * (draws.nextDouble() - 0.5));
        }
        lively.put(name, Tensor.ofFloats(tensor.shape(), values));
      }
    });
    return lively;
  }

  private static void exchange(Path folder, Case one, OwnTraining ours, PairBatch pair)
      throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode spec =
        json.createObjectNode()
            .put("model", one.model())
            .put("frames", one.frames())
            .put("classes", CLASSES)
            .put("optimizer", one.optimizer().text().replaceAll(" .*", ""))
            .put("weight_decay", WEIGHT_DECAY);
    ArrayNode groups = spec.putArray("groups");
    for (ParameterGroup group : ours.groups()) {
      ArrayNode names =
          groups
              .addObject()
              .put("rate", group.rateMultiplier())
              .put("decay", group.decayMultiplier())
              .putArray("parameters");
      group.parameters().forEach(names::add);
    }
    json.writeValue(folder.resolve("spec.json").toFile(), spec);
    write(folder.resolve("start.safetensors"), ours.state());
    write(
        folder.resolve("pair.safetensors"),
        Map.of(
            "original", pair.original(),
            "augmented", pair.augmented().orElseThrow(),
            "label", pair.label(),
            "mean", floats(pair.normalization().mean()),
            "std", floats(pair.normalization().std())));
  }

  private static Tensor floats(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return Tensor.ofFloats(Shape.of(array.length), array);
  }

  private static void write(Path file, Map<String, Tensor> tensors) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      new SafeTensors(new TreeMap<>(tensors), new TreeMap<>()).write(out);
    }
  }

  private static void requireAgreement(
      Case one, OwnTraining ours, TorchTraining theirs, PairBatch pair, Path folder)
      throws IOException, AgreementException {
    OwnTraining.Step own = ours.step(pair, RATE);
    JsonNode other = theirs.step(RATE);
    requireNear(one, "cross-entropy", own.result().crossEntropy(), other.get("cross_entropy"));
    requireNear(one, "alignment", own.result().alignment(), other.get("alignment"));
    Path state = folder.resolve("ours.safetensors");
    write(state, ours.state());
    JsonNode differences = theirs.compare(state);
    System.out.println(one.row() + " agrees after a step: " + differences);
    for (JsonNode difference : differences) {
      if (!(difference.asDouble() < STATE_TOLERANCE)) {
        throw new AgreementException(one.row() + "'s state after a step differs: " + differences);
      }
    }
  }

  private static void requireNear(Case one, String what, double ours, JsonNode theirs)
      throws AgreementException {
    double want = theirs.asDouble();
    if (!(Math.abs(ours - want) <= LOSS_TOLERANCE * Math.max(0.1, Math.abs(want)))) {
      throw new AgreementException(
          "%s: the %s is %s, PyTorch's %s".formatted(one.row(), what, ours, want));
    }
  }
}
