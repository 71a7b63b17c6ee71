package io.pairstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/// The keys that golden cases have. A key that is not here would be a number that nobody compares.
final class GoldenKeys {
  private static final Set<String> CASE =
      Set.of(
          "meta",
          "swapmixed_input_check",
          "eval",
          "eval_f64",
          "eval_f32",
          "train_f64",
          "train_f32",
          "two_steps_small_lr_f64",
          "two_steps_small_lr_f32",
          "train_f64_dataparallel2_emulated");
  private static final Set<String> META =
      Set.of(
          // What the model is.
          "model",
          "arch",
          "salt",
          "classes",
          "segments",
          "num_frames",
          "num_frames_fast",
          "slow_frame_indices",
          "train_crop",
          "head_pool",
          "dropout",
          "drop_path",
          "bn",
          // What goes in.
          "batch",
          "height",
          "width",
          "input_layout",
          "input_shape",
          "input_names",
          "input_scale",
          "input_check",
          "lam_note",
          // How it is trained.
          "mode",
          "optimizer",
          "lr",
          "momentum",
          "nesterov",
          "dampening",
          "weight_decay",
          "weight_decay_bn",
          "weight_decay_other",
          "lambda_av_arg",
          "lambda_effective",
          "steps");
  private static final Set<String> STEP_SPEC = Set.of("targets", "lam", "perm", "mix");
  private static final Set<String> MIX = Set.of("lam", "cutmix", "centre_yx");
  private static final Set<String> TRAINING =
      Set.of(
          "lr",
          "inputs",
          "steps_spec",
          "steps",
          "param_groups",
          "ref_avg_loss",
          "ref_avg_loss_kl_weighted");
  private static final Set<String> GROUP =
      Set.of(
          "name", "n", "lr", "weight_decay", "momentum", "nesterov", "dampening", "betas", "eps");
  private static final Set<String> STEP =
      Set.of(
          "note",
          "train_logits",
          "ce",
          "kl_batchmean",
          "lambda_effective",
          "kl_weighted",
          "total",
          "grad_total_norm",
          "grad_total_norm_before_clip",
          "grads",
          "grads_are",
          "params_after",
          "buffers_after",
          "soft_targets_sparse",
          "model_input_check");
  private static final Set<String> EVALUATION = Set.of("logits", "stages");
  private static final Set<String> CROP_EVALUATION =
      Set.of(
          "input_name",
          "input_shape",
          "probs_f64",
          "probs_f32",
          "mean_logits_f64",
          "mean_logits_f32",
          "stages_f64",
          "stages_f32");

  private GoldenKeys() {}

  /// Fails if a case has a key that is not known.
  static void assertKnown(JsonNode golden) {
    known(golden, CASE, "the case");
    JsonNode meta = golden.get("meta");
    known(meta, META, "meta");
    specs(meta.get("steps"));
    golden
        .properties()
        .forEach(entry -> {
          JsonNode part = entry.getValue();
          switch (entry.getKey()) {
            case "eval" ->
                part.properties()
                    .forEach(crop ->
                        known(crop.getValue(), CROP_EVALUATION, "eval of crop " + crop.getKey()));
            case "eval_f64", "eval_f32" -> known(part, EVALUATION, entry.getKey());
            case "train_f64_dataparallel2_emulated" -> known(part, STEP, entry.getKey());
            case "train_f64", "train_f32", "two_steps_small_lr_f64", "two_steps_small_lr_f32" ->
                training(part, entry.getKey());
            case "meta", "swapmixed_input_check" -> {}
            default -> throw new AssertionError("key '" + entry.getKey() + "' is not looked into");
          }
        });
  }

  private static void training(JsonNode training, String name) {
    known(training, TRAINING, name);
    specs(training.path("steps_spec"));
    training.get("steps").forEach(step -> known(step, STEP, "a step of " + name));
    training.get("param_groups").forEach(group -> known(group, GROUP, "a group of " + name));
  }

  private static void specs(JsonNode steps) {
    for (JsonNode step : steps) {
      known(step, STEP_SPEC, "what a step is");
      if (step.hasNonNull("mix")) {
        known(step.get("mix"), MIX, "mix");
      }
    }
  }

  private static void known(JsonNode object, Set<String> keys, String where) {
    object
        .fieldNames()
        .forEachRemaining(key -> assertThat(keys).as("keys of %s", where).contains(key));
  }
}
