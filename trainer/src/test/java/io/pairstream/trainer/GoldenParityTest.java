package io.pairstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.testing.Golden;
import io.pairstream.trainer.model.BatchNormScope;
import io.pairstream.trainer.model.ParameterGroup;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The model gives the numbers that the MCA authors' code printed. Cases are discovered in the
/// golden folder; in float64 they are held to 1e-6, in float32 to the golden README's table.
class GoldenParityTest {
  private static final Set<String> KNOWN_KEYS =
      Set.of(
          "meta",
          "swapmixed_input_check",
          "eval_f64",
          "eval_f32",
          "train_f64",
          "train_f32",
          "two_steps_small_lr_f64",
          "two_steps_small_lr_f32",
          "train_f64_dataparallel2_emulated");

  private final TorchRuntime torch = TorchRuntime.start(2);

  @TestFactory
  Stream<DynamicNode> everyCaseAgrees() throws IOException {
    Path folder = Golden.directory().resolve("models/tsm");
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files =
          all.filter(file -> file.toString().endsWith(".json"))
              .filter(file -> !file.getFileName().toString().equals("state_dict.json"))
              .sorted()
              .toList();
    }
    assertThat(files).as("cases in %s", folder).isNotEmpty();
    return files.stream()
        .map(file ->
            dynamicContainer(
                String.valueOf(file.getFileName()), aspects(new TsmCase(file, torch))));
  }

  private Stream<DynamicTest> aspects(TsmCase one) {
    List<DynamicTest> tests = new ArrayList<>();
    tests.add(
        dynamicTest(
            "knows every key",
            () ->
                one.golden()
                    .fieldNames()
                    .forEachRemaining(key -> assertThat(KNOWN_KEYS).contains(key))));
    tests.add(dynamicTest("names, shapes and groups", () -> namesShapesAndGroups(one)));
    Supplier<TsmCase.Evaluation> evaluation = once(() -> one.evaluate(DataType.FLOAT64));
    JsonNode eval = one.golden().get("eval_f64");
    tests.add(
        dynamicTest(
            "eval logits", () -> logits(evaluation.get().logits(), eval.get("logits"), 1e-6)));
    tests.add(dynamicTest("eval stages", () -> stages(evaluation.get(), eval.get("stages"))));
    tests.add(dynamicTest("eval logits in float32", () -> evalFloat32(one)));
    tests.addAll(step("", one, one.golden().get("train_f64").get("steps").get(0), joint(one)));
    tests.add(dynamicTest("step in float32", () -> stepFloat32(one)));
    JsonNode parallel = one.golden().get("train_f64_dataparallel2_emulated");
    if (parallel != null) {
      tests.addAll(step("per half: ", one, parallel, perHalf(one)));
    }
    JsonNode two = one.golden().get("two_steps_small_lr_f64");
    if (two != null) {
      Supplier<List<TsmCase.Trained>> trained = once(() -> twoSteps(one, two));
      for (int i = 0; i < 2; i++) {
        int index = i;
        tests.addAll(
            step(
                "two steps, " + (i + 1) + ": ",
                one,
                two.get("steps").get(i),
                () -> trained.get().get(index)));
      }
    }
    return tests.stream();
  }

  /// The tests of one training step, for what the case tells of it.
  private static List<DynamicTest> step(
      String prefix, TsmCase one, JsonNode want, Supplier<TsmCase.Trained> trained) {
    List<DynamicTest> tests = new ArrayList<>();
    tests.add(
        dynamicTest(
            prefix + "train logits",
            () -> logits(trained.get().logits(), want.get("train_logits"), 1e-6)));
    tests.add(dynamicTest(prefix + "CE, KL, total", () -> losses(one, trained.get(), want)));
    if (want.has("grads")) {
      tests.add(dynamicTest(prefix + "every gradient", () -> gradients(trained.get(), want)));
    }
    if (want.has("params_after")) {
      tests.add(
          dynamicTest(
              prefix + "every parameter after the step",
              () -> summaries(trained.get().parameters(), want.get("params_after"))));
    }
    if (want.has("buffers_after")) {
      tests.add(
          dynamicTest(
              prefix + "every buffer after the step",
              () -> summaries(trained.get().buffers(), want.get("buffers_after"))));
    }
    return tests;
  }

  private static Supplier<TsmCase.Trained> joint(TsmCase one) {
    return once(() -> oneStep(one, DataType.FLOAT64, BatchNormScope.JOINT));
  }

  private static Supplier<TsmCase.Trained> perHalf(TsmCase one) {
    return once(() -> oneStep(one, DataType.FLOAT64, BatchNormScope.PER_HALF));
  }

  private static TsmCase.Trained oneStep(TsmCase one, DataType type, BatchNormScope scope) {
    JsonNode meta = one.golden().get("meta");
    return one.train(type, scope, meta.get("steps"), List.of("input"), meta.get("lr").asDouble())
        .getFirst();
  }

  private static List<TsmCase.Trained> twoSteps(TsmCase one, JsonNode two) {
    List<String> inputs = new ArrayList<>();
    two.get("inputs").forEach(name -> inputs.add(name.asText()));
    return one.train(
        DataType.FLOAT64,
        BatchNormScope.JOINT,
        two.get("steps_spec"),
        inputs,
        two.get("lr").asDouble());
  }

  private static void namesShapesAndGroups(TsmCase one) {
    JsonNode train = one.golden().get("train_f64");
    JsonNode step = train.get("steps").get(0);
    try (VideoNet net = one.net(DataType.FLOAT32)) {
      List<String> parameters = new ArrayList<>();
      step.get("params_after").fieldNames().forEachRemaining(parameters::add);
      assertThat(net.parameters().keySet()).containsExactlyElementsOf(parameters);
      List<String> buffers = new ArrayList<>();
      step.get("buffers_after").fieldNames().forEachRemaining(buffers::add);
      assertThat(net.buffers().keySet().stream().filter(n -> !n.endsWith("num_batches_tracked")))
          .containsExactlyElementsOf(buffers);
      Map<String, ParameterGroup> groups = new HashMap<>();
      net.groups().forEach(group -> groups.put(group.name(), group));
      double rate = one.golden().get("meta").get("lr").asDouble();
      double decay = one.golden().get("meta").get("weight_decay").asDouble();
      for (JsonNode want : train.get("param_groups")) {
        ParameterGroup group = groups.get(want.get("name").asText());
        assertThat(group == null ? 0 : group.parameters().size())
            .as("parameters in %s", want)
            .isEqualTo(want.get("n").asInt());
        if (group != null) {
          assertThat(rate * group.rateMultiplier()).isEqualTo(want.get("lr").asDouble());
          assertThat(decay * group.decayMultiplier())
              .isEqualTo(want.get("weight_decay").asDouble());
        }
      }
    }
  }

  private static void stages(TsmCase.Evaluation evaluation, JsonNode want) {
    List<String> names = new ArrayList<>();
    want.fieldNames().forEachRemaining(names::add);
    assertThat(evaluation.stages().names()).containsExactlyElementsOf(names);
    for (String name : names) {
      Summary stage = evaluation.stages().get(name);
      if (name.equals("base_model.avgpool")) {
        // Ours is flattened already.
        stage = new Summary(new long[] {stage.shape()[0], stage.shape()[1], 1, 1}, stage.values());
      }
      stage.assertEqualTo(want.get(name).get(0), name);
    }
  }

  private static void evalFloat32(TsmCase one) {
    logits(
        one.evaluate(DataType.FLOAT32).logits(), one.golden().get("eval_f64").get("logits"), 1e-4);
  }

  private static void stepFloat32(TsmCase one) {
    TsmCase.Trained trained = oneStep(one, DataType.FLOAT32, BatchNormScope.JOINT);
    JsonNode want = one.golden().get("train_f64").get("steps").get(0);
    logits(trained.logits(), want.get("train_logits"), one.height() <= 32 ? 5e-3 : 2e-3);
    relative(trained.result().crossEntropy(), want.get("ce"), 1e-4, "CE");
    relative(trained.result().alignment(), want.get("kl_batchmean"), 1e-3, "KL");
    relative(trained.result().loss(), want.get("total"), 1e-4, "total");
    relative(trained.gradientNorm(), want.get("grad_total_norm"), 1e-2, "gradient norm");
    double total = want.get("grad_total_norm").asDouble();
    List<Double> errors = new ArrayList<>();
    want.get("grads")
        .properties()
        .forEach(grad -> {
          double norm = grad.getValue().get("norm").asDouble();
          if (norm >= 1e-6 * total) {
            double ours = trained.gradients().get(grad.getKey()).norm();
            errors.add(Math.abs(ours - norm) / norm);
          }
        });
    errors.sort(null);
    assertThat(errors.getLast()).as("worst gradient norm").isLessThan(0.1);
    assertThat(errors.get(errors.size() / 2)).as("median gradient norm").isLessThan(5e-3);
    want.get("buffers_after")
        .properties()
        .forEach(buffer ->
            trained
                .buffers()
                .get(buffer.getKey())
                .assertCloseTo(buffer.getValue(), 1e-4, buffer.getKey()));
  }

  private static void losses(TsmCase one, TsmCase.Trained trained, JsonNode want) {
    relative(trained.result().crossEntropy(), want.get("ce"), 1e-6, "CE");
    relative(trained.result().alignment(), want.get("kl_batchmean"), 1e-6, "KL");
    relative(trained.result().loss(), want.get("total"), 1e-6, "total");
    if (want.has("kl_weighted")) {
      double weighted = one.alignmentWeight() * trained.result().alignment();
      relative(weighted, want.get("kl_weighted"), 1e-6, "weighted KL");
    }
    if (want.has("grad_total_norm")) {
      relative(trained.gradientNorm(), want.get("grad_total_norm"), 1e-6, "gradient norm");
    }
  }

  private static void gradients(TsmCase.Trained trained, JsonNode want) {
    double total = trained.gradientNorm();
    want.get("grads")
        .properties()
        .forEach(grad -> {
          if (grad.getValue().get("norm").asDouble() >= 1e-6 * total) {
            Summary ours = trained.gradients().get(grad.getKey());
            ours.assertEqualTo(grad.getValue(), "gradient of " + grad.getKey());
          }
        });
    assertThat(trained.gradients().names()).hasSize(want.get("grads").size());
  }

  private static void summaries(Summaries ours, JsonNode want) {
    want.properties()
        .forEach(entry -> ours.get(entry.getKey()).assertEqualTo(entry.getValue(), entry.getKey()));
  }

  private static void logits(double[] ours, JsonNode rows, double tolerance) {
    List<Double> want = new ArrayList<>();
    rows.forEach(row -> row.forEach(value -> want.add(value.asDouble())));
    assertThat(ours).hasSize(want.size());
    for (int i = 0; i < ours.length; i++) {
      Summary.within(ours[i], want.get(i), tolerance, "logit " + i);
    }
  }

  private static void relative(double ours, JsonNode want, double tolerance, String name) {
    Summary.within(ours, want.asDouble(), tolerance * Math.abs(want.asDouble()), name);
  }

  /// Computed when first asked for: a case's aspects share one run of the model.
  private static <T> Supplier<T> once(Supplier<T> supplier) {
    List<T> cache = new ArrayList<>();
    return () -> {
      if (cache.isEmpty()) {
        cache.add(supplier.get());
      }
      return cache.getFirst();
    };
  }
}
