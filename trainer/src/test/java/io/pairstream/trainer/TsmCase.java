package io.pairstream.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.Tensor;
import io.pairstream.testing.Golden;
import io.pairstream.trainer.loss.StepResult;
import io.pairstream.trainer.model.BatchNormScope;
import io.pairstream.trainer.model.ModelSpec;
import io.pairstream.trainer.model.Pass;
import io.pairstream.trainer.model.StateDict;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.model.VideoNets;
import io.pairstream.trainer.optim.Rates;
import io.pairstream.trainer.optim.Sgd;
import io.pairstream.trainer.torch.TorchRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/// A golden TSM case, and what our model makes of it. Weights and inputs come from the case's
/// `meta` alone.
final class TsmCase {
  private final JsonNode golden;
  private final JsonNode meta;
  private final TorchRuntime torch;

  TsmCase(Path file, TorchRuntime torch) {
    this.golden = Golden.read(Golden.directory().relativize(file).toString());
    this.meta = golden.get("meta");
    this.torch = torch;
  }

  JsonNode golden() {
    return golden;
  }

  int height() {
    return meta.get("height").asInt();
  }

  double alignmentWeight() {
    return meta.get("lambda_effective").asDouble();
  }

  /// A new model with the case's weights.
  VideoNet net(DataType type) {
    ModelSpec spec =
        new ModelSpec(
            "tsm-" + meta.get("arch").asText(),
            meta.get("segments").asInt(),
            meta.get("classes").asInt(),
            OptionalDouble.of(meta.get("dropout").asDouble()),
            0,
            type);
    VideoNet net = VideoNets.create(spec, torch.newManager());
    Map<String, Tensor> weights = new TreeMap<>();
    String salt = meta.get("salt").asText();
    net.parameters().forEach((name, array) -> weights.put(name, weight(salt, name, array)));
    net.buffers().forEach((name, array) -> weights.put(name, weight(salt, name, array)));
    StateDict.load(net, weights);
    return net;
  }

  private static Tensor weight(String salt, String name, NDArray array) {
    io.pairstream.clip.Shape shape = io.pairstream.clip.Shape.of(array.getShape().getShape());
    return name.endsWith("num_batches_tracked")
        ? Tensor.ofLongs(shape, 0)
        : Tensor.ofFloats(shape, Golden.weight(salt, name, array.getShape().getShape()));
  }

  /// What an evaluation gave: the logits, and each stage's summary.
  record Evaluation(double[] logits, Summaries stages) {}

  Evaluation evaluate(DataType type) {
    Map<String, Summary> stages = new LinkedHashMap<>();
    try (VideoNet net = net(type);
        NDManager scope = net.manager().newSubManager()) {
      NDArray logits =
          net.forward(
              input(scope, "input", type),
              Pass.evaluation().observing((name, array) -> stages.put(name, Summary.of(array))));
      return new Evaluation(Summary.of(logits).values(), new Summaries(stages));
    }
  }

  /// What a training step gave.
  record Trained(
      double[] logits,
      StepResult result,
      double gradientNorm,
      Summaries gradients,
      Summaries parameters,
      Summaries buffers) {}

  /// One step for each of `steps` (targets, λ, permutation) on the inputs of these names.
  List<Trained> train(
      DataType type, BatchNormScope scope, JsonNode steps, List<String> inputs, double rate) {
    List<Trained> results = new ArrayList<>();
    try (VideoNet net = net(type);
        Sgd sgd =
            new Sgd(
                net,
                meta.get("weight_decay").asDouble(),
                meta.get("momentum").asDouble(),
                meta.get("nesterov").asBoolean())) {
      TrainStep step =
          new TrainStep(
              net,
              sgd,
              new BatchAssembler(Normalization.IMAGENET, type),
              new TrainStep.Options(alignmentWeight(), true, scope, Double.POSITIVE_INFINITY, 0));
      for (int i = 0; i < steps.size(); i++) {
        results.add(train(net, step, steps.get(i), inputs.get(i), rate));
      }
    }
    return results;
  }

  private Trained train(VideoNet net, TrainStep step, JsonNode spec, String input, double rate) {
    try (NDManager scope = net.manager().newSubManager()) {
      NDArray clean = input(scope, input, net.dataType());
      NDArray clips = clean.concat(swapMix(scope, clean, spec), 0);
      long[] targets =
          java.util.Arrays.stream(Golden.ints(spec.get("targets"))).asLongStream().toArray();
      BatchAssembler.Rows rows = new BatchAssembler.Rows(clips, scope.create(targets), true);
      double[][] logits = new double[1][];
      StepResult result =
          step.accumulate(rows, new BatchId(0, 0), array -> logits[0] = Summary.of(array).values());
      double norm = step.gradients().norm();
      Summaries gradients = Summaries.of(step.gradients().arrays());
      step.update(Rates.of(rate));
      return new Trained(
          logits[0],
          result,
          norm,
          gradients,
          Summaries.of(net.parameters()),
          Summaries.of(net.buffers()));
    }
  }

  /// The clean clips [N,T,3,H,W].
  private NDArray input(NDManager scope, String name, DataType type) {
    int[] shape = Golden.ints(meta.get("input_shape"));
    int t = meta.get("segments").asInt();
    int elements = shape[0] * shape[1] * shape[2] * shape[3];
    float[] values =
        Golden.input(meta.get("salt").asText(), name, elements, meta.get("input_scale").asDouble());
    return scope.create(values, new Shape(shape[0], t, 3, shape[2], shape[3])).toType(type, false);
  }

  private static NDArray swapMix(NDManager scope, NDArray clean, JsonNode spec) {
    double[] lambda = Golden.doubles(spec.get("lam"));
    ai.djl.ndarray.NDList channels = clean.split(3, 2);
    ai.djl.ndarray.NDList swapped = new ai.djl.ndarray.NDList();
    for (int c : Golden.ints(spec.get("perm"))) {
      swapped.add(channels.get(c));
    }
    NDArray weight =
        scope
            .create(lambda, new Shape(lambda.length, 1, 1, 1, 1))
            .toType(clean.getDataType(), false);
    NDArray permuted = ai.djl.ndarray.NDArrays.concat(swapped, 2);
    return clean.mul(weight).add(permuted.mul(weight.neg().add(1)));
  }
}
