package io.pairstream.trainer.optim;

import io.pairstream.config.OptionException;
import io.pairstream.trainer.model.VideoNet;
import java.util.Locale;

/// Which optimizer, without a model yet.
public sealed interface OptimizerSpec {
  /// What options and checkpoints call it.
  String text();

  Optimizer create(VideoNet net, double weightDecay);

  /// Stochastic gradient descent with momentum.
  record Momentum(double momentum, boolean nesterov) implements OptimizerSpec {
    public Momentum {
      requireShare(momentum);
    }

    @Override
    public String text() {
      return (nesterov ? "nesterov" : "sgd") + " " + momentum;
    }

    @Override
    public Optimizer create(VideoNet net, double weightDecay) {
      return new Sgd(net, weightDecay, momentum, nesterov);
    }
  }

  /// Adam with decoupled weight decay.
  record Adaptive(double beta1) implements OptimizerSpec {
    public Adaptive {
      requireShare(beta1);
    }

    @Override
    public String text() {
      return "adamw " + beta1;
    }

    @Override
    public Optimizer create(VideoNet net, double weightDecay) {
      return new AdamW(net, weightDecay, beta1);
    }
  }

  /// `sgd`, `nesterov` or `adamw`.
  ///
  /// @param momentum of SGD, or β₁ of AdamW
  /// @throws IllegalArgumentException with one sentence if the name is none of them
  static OptimizerSpec parse(String name, double momentum) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "sgd" -> new Momentum(momentum, false);
      case "nesterov" -> new Momentum(momentum, true);
      case "adamw" -> new Adaptive(momentum);
      default ->
          throw new IllegalArgumentException(
              "optimizer '" + name + "' is not sgd, nesterov or adamw");
    };
  }

  private static void requireShare(double momentum) {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new OptionException("--momentum", momentum + " is outside [0,1)");
    }
  }
}
