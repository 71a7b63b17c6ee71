package io.pairstream.trainer.evaluation;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.pairstream.clip.DType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.ops.ServiceException;
import io.pairstream.trainer.BatchAssembler;
import io.pairstream.trainer.InitialWeights;
import io.pairstream.trainer.ShutdownGuard;
import io.pairstream.trainer.model.ModelSpec;
import io.pairstream.trainer.model.Pass;
import io.pairstream.trainer.model.Scores;
import io.pairstream.trainer.model.StateDict;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.model.VideoNets;
import io.pairstream.trainer.torch.Torch;
import io.pairstream.trainer.torch.TorchRuntime;
import io.pairstream.trainer.weights.WeightMatch;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/// A model in libtorch that scores views. Belongs to one thread.
public final class Tester implements AutoCloseable {
  private final TorchRuntime torch;
  private final VideoNet net;
  private final BatchAssembler assembler;
  private final int classes;

  /// Written when the process ends, read between passes.
  private volatile boolean stopping;

  /// What is shown to the model.
  ///
  /// @param frames T
  /// @param size H and W
  /// @param trained H and W of the training clips, which fix the windows of SlowFast's head
  /// @param normalization mean and std
  /// @param classes how many the dataset has
  public record Input(
      int frames,
      ModelSpec.Crop size,
      ModelSpec.Crop trained,
      Normalization normalization,
      int classes) {}

  private Tester(TorchRuntime torch, VideoNet net, BatchAssembler assembler, int classes) {
    this.torch = torch;
    this.net = net;
    this.assembler = assembler;
    this.classes = classes;
  }

  /// Loads a model and shows it an empty clip.
  ///
  /// @param threads of libtorch
  /// @throws ServiceException (2) if model, weights, clips and classes do not fit together, (3) if
  ///   libtorch or the weights cannot be loaded
  public static Tester open(TestSubject subject, Input input, int threads) {
    TorchRuntime torch;
    try {
      torch = TorchRuntime.start(threads);
    } catch (IllegalStateException e) {
      throw ServiceException.environment(String.valueOf(e.getMessage()), e);
    }
    VideoNet net;
    try {
      // The tested size too: UniFormer takes only some.
      VideoNets.requirePossible(spec(subject, input, input.size()));
      net = VideoNets.create(spec(subject, input, input.trained()), torch.newManager());
    } catch (IllegalArgumentException e) {
      throw ServiceException.usage(String.valueOf(e.getMessage()), e);
    }
    BatchAssembler assembler =
        new BatchAssembler(input.normalization(), net.dataType(), subject.channels());
    Tester tester = new Tester(torch, net, assembler, input.classes());
    try {
      tester.load(subject);
      tester.probe(subject, input);
      return tester;
    } catch (RuntimeException | Error e) {
      tester.close();
      throw e;
    }
  }

  private static ModelSpec spec(TestSubject subject, Input input, ModelSpec.Crop crop) {
    return new ModelSpec(
        subject.model(),
        new ModelSpec.Input(input.frames(), Optional.of(crop)),
        input.classes(),
        ModelSpec.Regularization.OWN,
        0,
        DataType.FLOAT32);
  }

  private void load(TestSubject subject) {
    switch (subject.weights()) {
      case TestSubject.Weights.Own _ -> {}
      case TestSubject.Weights.Saved saved -> {
        try {
          StateDict.load(net, saved.checkpoint().weights());
        } catch (IllegalArgumentException e) {
          throw ServiceException.environment(
              "the checkpoint " + saved + " cannot be used: " + e.getMessage(), e);
        }
      }
      case TestSubject.Weights.OfFile weights -> {
        WeightMatch match = InitialWeights.load(net, weights.source());
        match
            .fresh()
            .forEach((name, reason) -> {
              // Counts of batches have no part in a test; a classifier drawn anew would say
              // nothing.
              if (!name.endsWith("num_batches_tracked")) {
                throw ServiceException.usage(
                    "%s cannot be tested on %d classes: %s".formatted(weights, classes, reason));
              }
            });
      }
    }
  }

  private void probe(TestSubject subject, Input input) {
    Shape clip = Shape.of(1, input.frames(), input.size().height(), input.size().width(), 3);
    float[] scores;
    try {
      scores = scores(Tensor.zeros(DType.U8, clip));
    } catch (EngineException e) {
      throw ServiceException.usage(
          "the model %s does not take clips of %d frames and %s pixels: %s"
              .formatted(subject.model(), input.frames(), input.size(), Torch.reason(e)),
          e);
    } catch (IllegalArgumentException e) {
      throw ServiceException.usage(String.valueOf(e.getMessage()), e);
    }
    if (scores.length != classes) {
      throw ServiceException.usage(
          "the model %s returns %d scores, there are %d classes"
              .formatted(subject.model(), scores.length, classes));
    }
  }

  /// What [#scores] gives.
  public Scores kind() {
    return net.scores();
  }

  /// Versions of libtorch and DJL.
  public TorchRuntime torch() {
    return torch;
  }

  /// The model's scores of views in one pass, [N,classes], row-major.
  ///
  /// @param frames U8 [N,T,H,W,3]
  /// @throws CancellationException if this process is ending
  public float[] scores(Tensor frames) {
    // Around each pass alone: whatever else this thread does may be cut off.
    try (ShutdownGuard _ = new ShutdownGuard(() -> stopping = true);
        NDManager scope = net.manager().newSubManager()) {
      if (stopping) {
        throw new CancellationException("stopped during an evaluation");
      }
      Torch.recordGradients(false);
      return net.forward(assembler.assemble(scope, frames), Pass.evaluation())
          .toType(DataType.FLOAT32, false)
          .toFloatArray();
    }
  }

  @Override
  public void close() {
    net.close();
  }
}
