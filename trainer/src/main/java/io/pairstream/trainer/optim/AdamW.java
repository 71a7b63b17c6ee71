package io.pairstream.trainer.optim;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.pairstream.trainer.model.VideoNet;
import java.util.Set;

/// `torch.optim.AdamW` (Loshchilov, Hutter, ICLR 2019) with β₂ 0.999 and eps 1e-8: decay acts on
/// the parameter, not through the gradient.
public final class AdamW extends Optimizer {
  private static final String MEAN = "exp_avg";
  private static final String SQUARE = "exp_avg_sq";
  private static final double BETA2 = 0.999;
  private static final double EPS = 1e-8;

  private final double beta1;

  /// @param beta1 decay of the running mean of gradients, usually 0.9
  public AdamW(VideoNet net, double weightDecay, double beta1) {
    super(net, weightDecay);
    this.beta1 = beta1;
  }

  @Override
  Update update(NDManager scalars, double rate, double decay, Rates rates) {
    double b1 = rates.momentum().orElse(beta1);
    NDArray keep = scalars.create(1 - rate * decay);
    NDArray old1 = scalars.create(b1);
    NDArray new1 = scalars.create(1 - b1);
    NDArray old2 = scalars.create(BETA2);
    NDArray new2 = scalars.create(1 - BETA2);
    NDArray correction = scalars.create(Math.sqrt(1 - Math.pow(BETA2, steps())));
    NDArray eps = scalars.create(EPS);
    NDArray size = scalars.create(rate / (1 - Math.pow(b1, steps())));
    return (name, parameter, gradient) -> {
      NDArray mean = stateOf(name, MEAN);
      NDArray square = stateOf(name, SQUARE);
      if (mean == null || square == null) {
        NDArray zeros = gradient.zerosLike();
        mean = keep(name, MEAN, zeros);
        square = keep(name, SQUARE, zeros);
      }
      parameter.muli(keep);
      mean.muli(old1).addi(gradient.mul(new1));
      square.muli(old2).addi(gradient.square().muli(new2));
      NDArray denominator = square.sqrt().divi(correction).addi(eps);
      parameter.subi(mean.div(denominator).muli(size));
    };
  }

  @Override
  Set<String> kinds() {
    return Set.of(MEAN, SQUARE);
  }
}
