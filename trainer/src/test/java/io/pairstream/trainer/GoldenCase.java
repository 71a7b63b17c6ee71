package io.pairstream.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.clip.Tensor;
import io.pairstream.testing.Golden;
import io.pairstream.trainer.mix.Blend;
import io.pairstream.trainer.model.ModelSpec;
import io.pairstream.trainer.model.StateDict;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.model.VideoNets;
import io.pairstream.trainer.torch.TorchRuntime;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// A golden case: what its model, its weights and its inputs are, all from the case's `meta`.
///
/// @param name the file's, below the golden folder
record GoldenCase(String name, JsonNode golden, GoldenFamily family, TorchRuntime torch) {
  static GoldenCase of(String name, JsonNode golden, TorchRuntime torch) {
    GoldenFamily family = GoldenFamily.of(golden.get("meta").get("model").asText());
    return new GoldenCase(name, golden, family, torch);
  }

  JsonNode meta() {
    return golden.get("meta");
  }

  int height() {
    int[] shape = Golden.ints(meta().get("input_shape"));
    return shape[shape.length - 2];
  }

  double alignmentWeight() {
    return meta().get("lambda_effective").asDouble();
  }

  /// A new model with the case's weights.
  VideoNet net(DataType type) {
    return net(family.spec(meta(), type), meta().get("salt").asText(), torch);
  }

  static VideoNet net(ModelSpec spec, String salt, TorchRuntime torch) {
    VideoNet net = VideoNets.create(spec, torch.newManager());
    Map<String, Tensor> weights = new TreeMap<>();
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

  /// The clean clips [N,T,3,H,W].
  NDArray input(NDManager scope, String input, DataType type) {
    return input(scope, input, meta().get("input_shape"), type);
  }

  /// Clips of another shape than the case's training.
  NDArray input(NDManager scope, String input, JsonNode goldenShape, DataType type) {
    long[] shape = Arrays.stream(Golden.ints(goldenShape)).asLongStream().toArray();
    int elements = Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b));
    float[] values =
        Golden.input(
            meta().get("salt").asText(), input, elements, meta().get("input_scale").asDouble());
    return family.clips(scope.create(values, new Shape(shape)).toType(type, false));
  }

  /// The rows of a training step: clean clips, then their SwapMix selves.
  ///
  /// @param spec the step's λ and permutation
  NDArray rows(NDManager scope, String input, JsonNode spec, DataType type) {
    NDArray clean = input(scope, input, type);
    return clean.concat(swapMix(scope, clean, spec), 0);
  }

  private static NDArray swapMix(NDManager scope, NDArray clean, JsonNode spec) {
    double[] lambda = Golden.doubles(spec.get("lam"));
    NDList channels = clean.split(3, 2);
    NDList swapped = new NDList();
    for (int c : Golden.ints(spec.get("perm"))) {
      swapped.add(channels.get(c));
    }
    NDArray weight =
        scope
            .create(lambda, new Shape(lambda.length, 1, 1, 1, 1))
            .toType(clean.getDataType(), false);
    return clean.mul(weight).add(NDArrays.concat(swapped, 2).mul(weight.neg().add(1)));
  }

  static long[] targets(JsonNode spec) {
    return Arrays.stream(Golden.ints(spec.get("targets"))).asLongStream().toArray();
  }

  /// What blends a step's rows.
  Blend blend(JsonNode spec) {
    JsonNode mix = spec.path("mix");
    if (!mix.isObject()) {
      return new Blend.None();
    }
    double weight = mix.get("lam").asDouble();
    if (!mix.get("cutmix").asBoolean()) {
      return new Blend.MixUp(weight);
    }
    int[] shape = Golden.ints(meta().get("input_shape"));
    int[] centre = Golden.ints(mix.get("centre_yx"));
    return Blend.CutMix.around(
        centre[0], centre[1], weight, shape[shape.length - 2], shape[shape.length - 1]);
  }
}
