package io.pairstream.trainer.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.clip.DType;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.testing.Golden;
import io.pairstream.trainer.VectorNet;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.torch.NativeTensors;
import io.pairstream.trainer.torch.TorchRuntime;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class OptimizerTest {
  private final TorchRuntime torch = TorchRuntime.start(1);

  @TestFactory
  Stream<DynamicTest> stepsAreThoseOfTorchOptim() {
    JsonNode cases = Golden.read("vectors/optimizers.json").get("cases");
    assertThat(cases).isNotEmpty();
    return StreamSupport.stream(cases.spliterator(), false)
        .map(one -> dynamicTest(one.get("param_name").asText(), () -> followsReference(one)));
  }

  private void followsReference(JsonNode one) {
    try (VideoNet net = new VectorNet(torch.newManager(), Golden.doubles(one.get("p0")));
        Optimizer optimizer = optimizer(net, one)) {
      Gradients gradients = Gradients.of(net);
      for (int i = 0; i < one.get("grads").size(); i++) {
        set(gradients, Golden.doubles(one.get("grads").get(i)));
        JsonNode after = one.get("after_each_step").get(i);
        if (one.has("clip_norm")) {
          double norm = gradients.clip(one.get("clip_norm").asDouble());
          assertThat(norm).isCloseTo(after.get("norm_before_clip").asDouble(), within(1e-12));
        }
        optimizer.step(Rates.of(one.get("lr").asDouble()), gradients);
        double[] want = Golden.doubles(after.get("p"));
        assertThat(values(net)).as("after step %d", i + 1).containsExactly(want, within(1e-14));
      }
    }
  }

  @Test
  void aLoadedStateGoesOnBitForBit() {
    for (JsonNode one : Golden.read("vectors/optimizers.json").get("cases")) {
      double[] p0 = Golden.doubles(one.get("p0"));
      SortedMap<String, Tensor> state;
      double[] halfway;
      double[] straight;
      try (VideoNet net = new VectorNet(torch.newManager(), p0);
          Optimizer optimizer = optimizer(net, one)) {
        Gradients gradients = Gradients.of(net);
        run(optimizer, gradients, one, 0, 2);
        state = optimizer.state();
        halfway = values(net);
        run(optimizer, gradients, one, 2, 5);
        straight = values(net);
      }
      try (VideoNet net = new VectorNet(torch.newManager(), halfway);
          Optimizer optimizer = optimizer(net, one)) {
        optimizer.load(state);
        run(optimizer, Gradients.of(net), one, 2, 5);
        assertThat(values(net)).containsExactly(straight);
        assertThat(optimizer.state().keySet()).isEqualTo(state.keySet());
      }
    }
  }

  @Test
  void anotherOptimizersStateIsRefusedByName() {
    try (VideoNet net = new VectorNet(torch.newManager(), 1, 2);
        Optimizer optimizer = new AdamW(net, 0.05, 0.9)) {
      Tensor buffer = Tensor.zeros(DType.F64, Shape.of(2));
      Tensor steps = Tensor.ofLongs(Shape.of(), 3);
      assertThatThrownBy(() ->
              optimizer.load(new TreeMap<>(Map.of("p.momentum_buffer", buffer, "steps", steps))))
          .hasMessage("optimizer state 'p.momentum_buffer' belongs to another optimizer or model");
      Tensor small = Tensor.zeros(DType.F64, Shape.of(1));
      assertThatThrownBy(
              () -> optimizer.load(new TreeMap<>(Map.of("p.exp_avg", small, "steps", steps))))
          .hasMessage("optimizer state 'p.exp_avg' is F64 [1], not F64 [2]");
    }
  }

  @Test
  void aScheduleMayReplaceMomentum() {
    try (VideoNet net = new VectorNet(torch.newManager(), 1);
        Optimizer sgd = new Sgd(net, 0, 0.9, false)) {
      Gradients gradients = Gradients.of(net);
      set(gradients, 1);
      sgd.step(Rates.of(1), gradients);
      sgd.step(new Rates(1, java.util.OptionalDouble.of(0.5)), gradients);
      // Buffers 1 and 0.5·1 + 1.
      assertThat(values(net)).containsExactly(1 - 1 - 1.5);
    }
  }

  private static void run(
      Optimizer optimizer, Gradients gradients, JsonNode one, int from, int to) {
    for (int i = from; i < to; i++) {
      set(gradients, Golden.doubles(one.get("grads").get(i)));
      optimizer.step(Rates.of(one.get("lr").asDouble()), gradients);
    }
  }

  private static Optimizer optimizer(VideoNet net, JsonNode one) {
    double decay = one.get("wd").asDouble();
    return one.get("kind").asText().equals("adamw")
        ? new AdamW(net, decay, one.get("betas").get(0).asDouble())
        : new Sgd(net, decay, one.get("momentum").asDouble(), one.get("nesterov").asBoolean());
  }

  private static void set(Gradients gradients, double... values) {
    NDArray gradient = gradients.arrays().firstEntry().getValue();
    NativeTensors.overwrite(gradient, gradient.getManager().create(values));
  }

  private static double[] values(VideoNet net) {
    return net.parameters().firstEntry().getValue().toDoubleArray();
  }
}
