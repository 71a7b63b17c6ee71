package io.pairstream.trainer;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.pairstream.ops.ServiceException;
import io.pairstream.run.RunSpec;
import io.pairstream.run.ValidationSet;
import io.pairstream.trainer.checkpoint.Checkpoint;
import io.pairstream.trainer.checkpoint.Manifest;
import io.pairstream.trainer.checkpoint.Progress;
import io.pairstream.trainer.model.Pass;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.model.VideoNets;
import io.pairstream.trainer.stream.StartingPoint;
import io.pairstream.trainer.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whether a trainer's options, its run, its checkpoints and its commits fit together; and what
/// follows from them. Every refusal is one sentence with exit code 2.
final class TrainerChecks {
  private static final long USUAL_CHECKPOINT = 50;

  private final TrainerOptions options;
  private final RunSpec spec;

  TrainerChecks(TrainerOptions options, RunSpec spec) {
    this.options = options;
    this.spec = spec;
  }

  /// Refuses what no run could make right.
  static void requirePossible(TrainerOptions options) {
    options.model().requirePossible();
  }

  /// Refuses a TorchScript file that does not take the run's clips or return logits of its classes.
  void requireFits(VideoNet net) {
    if (!VideoNets.isFile(options.model().name())) {
      return;
    }
    RunSpec.Content content = spec.content();
    int classes = content.classNames().size();
    Shape clip = new Shape(1, content.frames(), 3, content.height(), content.width());
    try (NDManager scope = net.manager().newSubManager()) {
      long found =
          net.forward(scope.zeros(clip, net.dataType()), Pass.evaluation()).getShape().get(1);
      if (found != classes) {
        throw refusal(
            "the model %s returns %d logits, the run has %d classes",
            options.model().name(), found, classes);
      }
    } catch (EngineException e) {
      throw ServiceException.usage(
          "the model %s does not take clips [N,3,%d,%d,%d]: %s"
              .formatted(
                  options.model().name(),
                  content.frames(),
                  content.height(),
                  content.width(),
                  Torch.reason(e)),
          e);
    } catch (IllegalArgumentException e) {
      throw ServiceException.usage(String.valueOf(e.getMessage()), e);
    }
  }

  /// The manifest of a trainer that starts at this number.
  Manifest manifest(long next) {
    return new Manifest(
        Manifest.FORMAT,
        options.input().topics().name(),
        spec.runId(),
        options.input().name(),
        ModelIdentity.of(options.model().name()),
        spec.content().classNames(),
        options.fingerprint(),
        Progress.startingAt(next),
        List.of(),
        clips(spec.content()));
  }

  private static Manifest.Clips clips(RunSpec.Content content) {
    return new Manifest.Clips(
        content.frames(),
        content.height(),
        content.width(),
        content.sampling(),
        content.crop(),
        content.normalization());
  }

  void requireDeclared() {
    if (!spec.trainers().contains(options.input().name())) {
      throw refusal(
          "run '%s' declares the trainers %s, not '%s'",
          options.input().topics().name(), spec.trainers(), options.input().name());
    }
    long credit = spec.credit().batches();
    if (options.learning().accumulate() > credit) {
      throw refusal(
          "--accumulate %d is more than the %d batches that may wait at once: "
              + "a larger --max-buffered-bytes allows more",
          options.learning().accumulate(), credit);
    }
  }

  /// After how many batches a checkpoint is due.
  long checkpointEvery() {
    long usual = Math.clamp(spec.credit().batches() / 2, 1, USUAL_CHECKPOINT);
    return options.storage().checkpointEvery().orElse(usual);
  }

  /// Which sets are tested when.
  Evaluator.Plan evaluation() {
    TrainerOptions.Evaluation wanted = options.evaluation();
    List<String> all = spec.content().validation().stream().map(ValidationSet::name).toList();
    List<String> named = new ArrayList<>(wanted.atEnd());
    wanted.everyEpoch().ifPresent(named::addAll);
    for (String name : named) {
      if (!all.contains(name)) {
        throw refusal(
            "run '%s' has the validation sets %s, not '%s'",
            options.input().topics().name(), all, name);
      }
    }
    List<String> everyEpoch =
        wanted
            .everyEpoch()
            .orElse(all.stream().filter(name -> !wanted.atEnd().contains(name)).toList());
    return new Evaluator.Plan(everyEpoch, wanted.atEnd());
  }

  /// The checkpoint to go on from: none if the training begins.
  Optional<Checkpoint> consistent(Optional<Checkpoint> saved, StartingPoint begin) {
    if (saved.isEmpty()) {
      if (begin.registered()) {
        throw refusal(
            "trainer '%s' has committed up to batch %s, but %s has no checkpoint of it: "
                + "give the folder that has, or delete the run with --fresh",
            options.input().name(), at(begin.next()), options.storage().checkpoints());
      }
      return saved;
    }
    Manifest manifest = saved.get().manifest();
    Progress progress = manifest.progress();
    boolean untrained = progress.batches() + progress.skipped() == 0;
    if (!options.storage().resume() && !(untrained && !begin.registered())) {
      throw refusal(
          "%s holds checkpoints of trainer '%s', up to batch %s: --resume goes on with them",
          options.storage().checkpoints(), manifest.trainer(), at(progress.next()));
    }
    manifest
        .difference(manifest(progress.next()))
        .ifPresent(difference -> {
          throw refusal(
              "the checkpoints in %s are of %s", options.storage().checkpoints(), difference);
        });
    if (!begin.registered()) {
      if (untrained) {
        // Killed before it registered: it has done nothing yet.
        return Optional.empty();
      }
      throw refusal(
          "%s holds checkpoints up to batch %s, but the run was begun anew since: "
              + "give another folder",
          options.storage().checkpoints(), at(progress.next()));
    }
    if (progress.next() < begin.next()) {
      throw refusal(
          "the latest checkpoint in %s stands at batch %s, but trainer '%s' has committed up to %s:"
              + " is this an old copy?",
          options.storage().checkpoints(),
          at(progress.next()),
          options.input().name(),
          at(begin.next()));
    }
    return saved;
  }

  private String at(long number) {
    return spec.order().id(number).toString();
  }

  private static ServiceException refusal(String format, Object... values) {
    return ServiceException.usage(format.formatted(values));
  }
}
