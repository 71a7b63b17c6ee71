package io.pairstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.trainer.GoldenTraining.Trained;
import io.pairstream.trainer.model.BatchNormScope;
import io.pairstream.trainer.model.ParameterGroup;
import io.pairstream.trainer.model.VideoNet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// The tests of one golden case: one for each thing that it tells. Runs of the model happen when
/// the first test that needs them does, and only their summaries stay.
final class GoldenAspects {
  private final GoldenCase one;
  private final List<DynamicTest> tests = new ArrayList<>();

  GoldenAspects(GoldenCase one) {
    this.one = one;
  }

  Stream<DynamicTest> tests() {
    test("knows every key", () -> GoldenKeys.assertKnown(one.golden()));
    test("inputs", this::inputs);
    GoldenTraining train = GoldenTraining.of(one, "train_f64");
    test("names, shapes and groups", () -> namesShapesAndGroups(train));
    for (GoldenEvaluation evaluation : GoldenEvaluation.of(one)) {
      evaluation.addTests(this);
    }
    training("", train);
    JsonNode parallel = one.golden().get("train_f64_dataparallel2_emulated");
    if (parallel != null) {
      Supplier<Trained> trained =
          once("per half", () -> train.run(DataType.FLOAT64, BatchNormScope.PER_HALF).getFirst());
      step("per half: ", new GoldenStep(train, parallel, 0), trained);
    }
    if (one.golden().has("two_steps_small_lr_f64")) {
      training("two steps: ", GoldenTraining.of(one, "two_steps_small_lr_f64"));
    }
    return tests.stream();
  }

  void test(String name, org.junit.jupiter.api.function.Executable test) {
    tests.add(dynamicTest(name, test));
  }

  /// Computed when first asked for, with its time and memory printed.
  <T> Supplier<T> once(String what, Supplier<T> supplier) {
    List<T> cache = new ArrayList<>();
    return () -> {
      if (cache.isEmpty()) {
        cache.add(Expense.printed(one.name() + ", " + what, supplier));
      }
      return cache.getFirst();
    };
  }

  /// The tests of a training in both precisions.
  private void training(String prefix, GoldenTraining training) {
    Supplier<List<Trained>> sharp =
        once(
            prefix + "training in float64",
            () -> training.run(DataType.FLOAT64, BatchNormScope.JOINT));
    Supplier<List<Trained>> single =
        once(
            prefix + "training in float32",
            () -> training.run(DataType.FLOAT32, BatchNormScope.JOINT));
    for (int i = 0; i < training.steps(); i++) {
      int index = i;
      String step = prefix + "step " + (i + 1) + ": ";
      GoldenStep want = new GoldenStep(training, training.want(i), i);
      step(step, want, () -> sharp.get().get(index));
      test(step + "in float32", () -> want.assertFloat32(single.get().get(index)));
    }
    if (training.training().has("ref_avg_loss")) {
      test(prefix + "the loop's own log", () -> log(training, sharp.get().getFirst()));
    }
  }

  /// The float64 tests of one step, for what the case tells of it.
  private void step(String prefix, GoldenStep want, Supplier<Trained> trained) {
    test(prefix + "train logits", () -> want.assertLogits(trained.get()));
    test(prefix + "CE, KL, total", () -> want.assertLosses(trained.get()));
    if (want.has("soft_targets_sparse")) {
      test(prefix + "soft targets", want::assertTargets);
    }
    if (want.has("model_input_check")) {
      test(prefix + "rows of the model", () -> want.assertRows(trained.get()));
    }
    if (want.has("grads")) {
      test(prefix + "every gradient", () -> want.assertGradients(trained.get()));
    }
    if (want.has("params_after")) {
      test(prefix + "every parameter after the step", () -> want.assertParameters(trained.get()));
    }
    if (want.has("buffers_after")) {
      test(prefix + "every buffer after the step", () -> want.assertBuffers(trained.get()));
    }
  }

  private static void log(GoldenTraining training, Trained trained) {
    double loss = training.training().get("ref_avg_loss").asDouble();
    Summary.within(trained.result().loss(), loss, 1e-6 * loss, "average loss");
    double alignment = training.training().get("ref_avg_loss_kl_weighted").asDouble();
    double ours = training.one().alignmentWeight() * trained.result().alignment();
    Summary.within(ours, alignment, 1e-6 * alignment, "average weighted KL");
  }

  private void inputs() {
    try (NDManager scope = one.torch().newManager()) {
      JsonNode checks = one.meta().path("input_check");
      for (int i = 0; i < checks.size(); i++) {
        String name = one.meta().get("input_names").get(i).asText();
        NDArray clips = one.input(scope, name, DataType.FLOAT64);
        Summary.of(one.family().golden(clips)).assertEqualTo(checks.get(i), name);
      }
      JsonNode mixed = one.golden().path("swapmixed_input_check");
      if (mixed.isObject()) {
        String name = one.meta().get("input_names").get(0).asText();
        NDArray rows = one.rows(scope, name, one.meta().get("steps").get(0), DataType.FLOAT64);
        NDArray clips = one.family().golden(rows.split(2, 0).get(1));
        // Of SlowFast it is told for each pathway; the slow one is seen at the first stage.
        JsonNode check = mixed.has("fast") ? mixed.get("fast") : mixed;
        Summary.of(clips).assertEqualTo(check, "SwapMix of " + name);
      }
    }
  }

  private void namesShapesAndGroups(GoldenTraining train) {
    JsonNode step = train.want(0);
    try (VideoNet net = one.net(DataType.FLOAT32)) {
      assertShapes(net.parameters(), step.get("params_after"), Set.of());
      assertShapes(net.buffers(), step.get("buffers_after"), Set.of("num_batches_tracked"));
      List<Group> groups = new ArrayList<>();
      for (ParameterGroup group : net.groups()) {
        groups.add(
            new Group(
                group.parameters().size(),
                train.rate() * group.rateMultiplier(),
                train.weightDecay() * group.decayMultiplier()));
      }
      List<Group> want = new ArrayList<>();
      for (JsonNode group : train.training().get("param_groups")) {
        // Groups of kinds that the model has none of are empty.
        if (group.get("n").asInt() > 0) {
          want.add(
              new Group(
                  group.get("n").asInt(),
                  group.get("lr").asDouble(),
                  group.get("weight_decay").asDouble()));
        }
        assertThat(group.path("dampening").asDouble(0)).as("dampening").isZero();
      }
      assertThat(groups).containsExactlyElementsOf(want);
    }
  }

  private record Group(int parameters, double rate, double decay) {}

  private static void assertShapes(
      java.util.Map<String, NDArray> ours, JsonNode want, Set<String> untold) {
    List<String> names = new ArrayList<>();
    want.properties()
        .forEach(entry -> {
          names.add(entry.getKey());
          NDArray array = ours.get(entry.getKey());
          assertThat(array).as(entry.getKey()).isNotNull();
          assertThat(array == null ? "" : array.getShape().toString())
              .as(entry.getKey())
              .isEqualTo(shape(entry.getValue().get("shape")));
        });
    assertThat(
            ours.keySet().stream()
                .filter(name -> untold.stream().noneMatch(end -> name.endsWith("." + end))))
        .containsExactlyElementsOf(names);
  }

  private static String shape(JsonNode dims) {
    List<String> texts = new ArrayList<>();
    dims.forEach(dim -> texts.add(dim.asText()));
    return "(" + String.join(", ", texts) + ")";
  }
}
