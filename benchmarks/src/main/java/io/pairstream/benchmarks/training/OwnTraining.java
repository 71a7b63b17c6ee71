package io.pairstream.benchmarks.training;

import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.Tensor;
import io.pairstream.trainer.BatchAssembler;
import io.pairstream.trainer.TrainStep;
import io.pairstream.trainer.loss.StepResult;
import io.pairstream.trainer.model.BatchNormScope;
import io.pairstream.trainer.model.ModelSpec;
import io.pairstream.trainer.model.ParameterGroup;
import io.pairstream.trainer.model.StateDict;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.model.VideoNets;
import io.pairstream.trainer.optim.Optimizer;
import io.pairstream.trainer.optim.OptimizerSpec;
import io.pairstream.trainer.optim.Rates;
import io.pairstream.trainer.torch.TorchRuntime;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;

/// The trainer's own step, from pair batch to moved weights.
final class OwnTraining implements AutoCloseable {
  private final VideoNet net;
  private final Optimizer optimizer;
  private final TrainStep step;

  /// @param seconds from the pair batch to the moved weights
  record Step(double seconds, StepResult result) {}

  OwnTraining(TorchRuntime torch, ModelSpec spec, OptimizerSpec optimizer, double weightDecay) {
    this.net = VideoNets.create(spec, torch.newManager());
    this.optimizer = optimizer.create(net, weightDecay);
    this.step =
        new TrainStep(
            net,
            this.optimizer,
            new BatchAssembler(Normalization.IMAGENET, net.dataType()),
            new TrainStep.StepOptions(1, true, BatchNormScope.JOINT, Double.POSITIVE_INFINITY, 0));
  }

  /// One MCA step.
  Step step(PairBatch batch, double rate) {
    long start = System.nanoTime();
    StepResult result = step.accumulate(batch);
    step.update(new Rates(rate, OptionalDouble.empty()));
    return new Step((System.nanoTime() - start) / 1e9, result);
  }

  SortedMap<String, Tensor> state() {
    return StateDict.of(net);
  }

  void load(Map<String, Tensor> state) {
    StateDict.load(net, state);
  }

  List<ParameterGroup> groups() {
    return net.groups();
  }

  @Override
  public void close() {
    optimizer.close();
    net.close();
  }
}
