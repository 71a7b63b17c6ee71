package io.pairstream.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.Normalization;
import io.pairstream.trainer.loss.StepResult;
import io.pairstream.trainer.mix.Blend;
import io.pairstream.trainer.mix.MixOptions;
import io.pairstream.trainer.model.BatchNormScope;
import io.pairstream.trainer.model.ParameterGroup;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.optim.AdamW;
import io.pairstream.trainer.optim.Optimizer;
import io.pairstream.trainer.optim.Rates;
import io.pairstream.trainer.optim.Sgd;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A training of a golden case: one step or more, with the optimizer that its parameter groups
/// tell.
///
/// @param training `train_f64` or `two_steps_small_lr_f64`
/// @param specs targets, λ, permutation and blend of each step
/// @param inputs names of each step's input
/// @param rate the learning rate
record GoldenTraining(
    GoldenCase one, JsonNode training, JsonNode specs, JsonNode inputs, double rate) {
  private static final Pattern SMOOTHING = Pattern.compile("label smoothing ([0-9.]*[0-9])");
  private static final Pattern CLIPPING = Pattern.compile("after clipping to ([0-9.]*[0-9])");

  /// Of a part that has its own inputs and steps, or else the case's.
  static GoldenTraining of(GoldenCase one, String part) {
    JsonNode training = one.golden().get(part);
    JsonNode meta = one.meta();
    return new GoldenTraining(
        one,
        training,
        training.has("steps_spec") ? training.get("steps_spec") : meta.get("steps"),
        training.has("inputs") ? training.get("inputs") : meta.get("input_names"),
        training.has("lr") ? training.get("lr").asDouble() : meta.get("lr").asDouble());
  }

  /// What a step should give.
  JsonNode want(int step) {
    return training.get("steps").get(step);
  }

  int steps() {
    return training.get("steps").size();
  }

  /// Whether the parameters move by the sign of the gradient rather than by the gradient.
  boolean adaptive() {
    return training.get("param_groups").get(0).has("betas");
  }

  /// The weight decay of the groups that decay.
  double weightDecay() {
    double decay = 0;
    for (JsonNode group : training.get("param_groups")) {
      decay = Math.max(decay, group.get("weight_decay").asDouble());
    }
    return decay;
  }

  double momentum() {
    return fromGroups("momentum").asDouble();
  }

  boolean nesterov() {
    return fromGroups("nesterov").asBoolean();
  }

  private JsonNode fromGroups(String key) {
    JsonNode group = training.get("param_groups").get(0);
    return group.has(key) ? group.get(key) : one.meta().get(key);
  }

  /// What a training step gave.
  ///
  /// @param logits of all rows
  /// @param gradientNorm after clipping
  /// @param groups with the multiplier of each parameter's learning rate
  record Trained(
      double[] logits,
      StepResult result,
      double gradientNorm,
      double normBeforeClip,
      Rows rows,
      Summaries gradients,
      Summaries parameters,
      Summaries buffers,
      List<ParameterGroup> groups) {}

  /// What went into the model, in the layout of the golden files.
  record Rows(Summary clean, Summary mixed) {}

  /// Runs all steps.
  List<Trained> run(DataType type, BatchNormScope scope) {
    List<Trained> results = new ArrayList<>();
    try (VideoNet net = one.net(type);
        Optimizer optimizer = optimizer(net)) {
      TrainStep step =
          new TrainStep(
              net,
              optimizer,
              new BatchAssembler(Normalization.IMAGENET, type),
              new TrainStep.StepOptions(
                  one.alignmentWeight(), true, scope, clipNorm(), mixing(), 0));
      for (int i = 0; i < steps(); i++) {
        results.add(run(net, step, i));
      }
    }
    return results;
  }

  private Trained run(VideoNet net, TrainStep step, int number) {
    JsonNode spec = specs.get(number);
    try (NDManager scope = net.manager().newSubManager()) {
      NDArray clips = one.rows(scope, inputs.get(number).asText(), spec, net.dataType());
      Blend blend = one.blend(spec);
      Rows seen = rows(blend.apply(clips));
      BatchAssembler.Rows rows =
          new BatchAssembler.Rows(clips, scope.create(GoldenCase.targets(spec)), true);
      double[][] logits = new double[1][];
      StepResult result =
          step.accumulate(
              rows,
              blend,
              new BatchId(0, number),
              array -> logits[0] = array.toType(DataType.FLOAT64, false).toDoubleArray());
      Summaries[] gradients = new Summaries[1];
      double[] norms = new double[2];
      step.update(
          Rates.of(rate),
          before -> {
            norms[0] = step.gradients().norm();
            norms[1] = before;
            gradients[0] = Summaries.of(step.gradients().arrays());
          });
      return new Trained(
          logits[0],
          result,
          norms[0],
          norms[1],
          seen,
          gradients[0],
          Summaries.of(net.parameters()),
          Summaries.of(net.buffers()),
          net.groups());
    }
  }

  private Rows rows(NDArray clips) {
    var halves = clips.split(2, 0);
    return new Rows(
        Summary.of(one.family().golden(halves.get(0))),
        Summary.of(one.family().golden(halves.get(1))));
  }

  private Optimizer optimizer(VideoNet net) {
    if (adaptive()) {
      double beta1 = training.get("param_groups").get(0).get("betas").get(0).asDouble();
      return new AdamW(net, weightDecay(), beta1);
    }
    return new Sgd(net, weightDecay(), momentum(), nesterov());
  }

  private double clipNorm() {
    String said = want(0).path("grads_are").asText("");
    return said.isEmpty() ? Double.POSITIVE_INFINITY : number(CLIPPING, said);
  }

  /// Smoothing as the case says it in words; blends are prescribed step by step.
  MixOptions mixing() {
    String said = one.meta().get("optimizer").asText();
    boolean soft = want(0).has("soft_targets_sparse");
    return new MixOptions(soft ? number(SMOOTHING, said) : 0, 0, 0, 1, 0.5);
  }

  private static double number(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new AssertionError("no " + pattern + " in '" + text + "'");
    }
    return Double.parseDouble(matcher.group(1));
  }
}
