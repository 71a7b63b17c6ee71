package io.pairstream.trainer.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.pairstream.trainer.model.VideoNet;
import java.util.Set;

/// `torch.optim.SGD` without dampening: the learning rate stays outside the momentum buffer, and
/// the first step fills the buffer with the gradient itself.
public final class Sgd extends Optimizer {
  private static final String MOMENTUM = "momentum_buffer";

  private final double momentum;
  private final boolean nesterov;

  public Sgd(VideoNet net, double weightDecay, double momentum, boolean nesterov) {
    super(net, weightDecay);
    this.momentum = momentum;
    this.nesterov = nesterov;
  }

  @Override
  Update update(NDManager scalars, double rate, double decay, Rates rates) {
    double m = rates.momentum().orElse(momentum);
    NDArray rateScalar = scalars.create(rate);
    NDArray decayScalar = scalars.create(decay);
    NDArray momentumScalar = scalars.create(m);
    return (name, parameter, gradient) -> {
      NDArray direction = decay == 0 ? gradient : gradient.add(parameter.mul(decayScalar));
      if (m != 0) {
        NDArray buffer = stateOf(name, MOMENTUM);
        if (buffer == null) {
          buffer = keep(name, MOMENTUM, direction);
        } else {
          buffer.muli(momentumScalar).addi(direction);
        }
        direction = nesterov ? direction.add(buffer.mul(momentumScalar)) : buffer;
      }
      parameter.subi(direction.mul(rateScalar));
    };
  }

  @Override
  Set<String> kinds() {
    return Set.of(MOMENTUM);
  }
}
