package io.pairstream.trainer.optim;

import io.pairstream.config.OptionException;
import java.util.List;
import java.util.OptionalDouble;

/// The learning rate as a function of the moment, and nothing else: a resumed run needs no state
/// for it.
public sealed interface Schedule {
  /// What to use at `moment`; `peak` is the learning rate that was asked for.
  Rates at(Moment moment, double peak);

  /// Reads `constant`, `step:20,40` (a tenth from each of these epochs on), `cosine:END` and
  /// `epoch-cosine:END` (by step, or constant within an epoch; END is 0 if left out), or
  /// `one-cycle`.
  ///
  /// @throws IllegalArgumentException with one sentence if it is none of them
  static Schedule parse(String text) {
    if (text.startsWith("step:")) {
      return new Step(milestones(text), 0.1);
    }
    if (text.startsWith("cosine:")) {
      return new Cosine(0, end(text), false);
    }
    if (text.startsWith("epoch-cosine:")) {
      return new Cosine(0, end(text), true);
    }
    return switch (text) {
      case "constant" -> new Constant();
      case "cosine" -> new Cosine(0, 0, false);
      case "epoch-cosine" -> new Cosine(0, 0, true);
      case "one-cycle" -> new OneCycle();
      default -> throw unknown(text);
    };
  }

  private static List<Double> milestones(String text) {
    try {
      return java.util.Arrays.stream(text.substring("step:".length()).split(",", -1))
          .map(Double::valueOf)
          .toList();
    } catch (NumberFormatException e) {
      throw unknown(text);
    }
  }

  private static double end(String text) {
    try {
      double end = Double.parseDouble(text.substring(text.indexOf(':') + 1));
      if (end >= 0 && end < Double.POSITIVE_INFINITY) {
        return end;
      }
    } catch (NumberFormatException e) {
      throw unknown(text);
    }
    throw unknown(text);
  }

  private static IllegalArgumentException unknown(String text) {
    return new IllegalArgumentException(
        "schedule '"
            + text
            + "' is not constant, step:EPOCH,…, cosine[:END], epoch-cosine[:END] or one-cycle");
  }

  /// This schedule after a warm-up; a cosine then begins where the warm-up ends.
  default Schedule after(double warmUpEpochs, double start) {
    OptionException.requireFromZero("--warm-up-epochs", warmUpEpochs);
    OptionException.requireFromZero("--warm-up-start", start);
    if (warmUpEpochs == 0) {
      return this;
    }
    Schedule rest =
        this instanceof Cosine cosine
            ? new Cosine(warmUpEpochs, cosine.end(), cosine.byEpoch())
            : this;
    return new WarmUp(warmUpEpochs, start, rest);
  }

  /// Always the same.
  record Constant() implements Schedule {
    @Override
    public Rates at(Moment moment, double peak) {
      return Rates.of(peak);
    }
  }

  /// Times `factor` at each milestone.
  ///
  /// @param milestones epochs, ascending, from which on the next factor applies
  record Step(List<Double> milestones, double factor) implements Schedule {
    public Step {
      milestones = List.copyOf(milestones);
    }

    @Override
    public Rates at(Moment moment, double peak) {
      double epoch = moment.epoch();
      long passed = milestones.stream().filter(milestone -> epoch >= milestone).count();
      return Rates.of(peak * Math.pow(factor, passed));
    }
  }

  /// Half a cosine from the peak at epoch `from` to `end` at the last one.
  ///
  /// @param from epochs before it begins
  /// @param end the rate that it goes to
  /// @param byEpoch constant within an epoch instead of by step
  record Cosine(double from, double end, boolean byEpoch) implements Schedule {
    @Override
    public Rates at(Moment moment, double peak) {
      double epoch = byEpoch ? Math.floor(moment.epoch()) : moment.epoch();
      double share = Math.clamp((epoch - from) / (moment.epochs() - from), 0, 1);
      return Rates.of(end + (peak - end) * (StrictMath.cos(StrictMath.PI * share) + 1) * 0.5);
    }
  }

  /// `torch.optim.lr_scheduler.OneCycleLR` with cosine annealing (Smith, Topin, 2019): up from
  /// peak/25 during 0.3 of the run, down to a ten-thousandth of that beginning; momentum from 0.95
  /// to 0.85 and back.
  record OneCycle() implements Schedule {
    private static final double RISING_SHARE = 0.3;
    private static final double START_DIVISOR = 25;
    private static final double END_DIVISOR = 1e4;
    private static final double LOW_MOMENTUM = 0.85;
    private static final double HIGH_MOMENTUM = 0.95;

    @Override
    public Rates at(Moment moment, double peak) {
      double start = peak / START_DIVISOR;
      double end = start / END_DIVISOR;
      double top = RISING_SHARE * moment.totalSteps() - 1;
      double last = moment.totalSteps() - 1;
      double step = Math.min(moment.step(), last);
      if (step <= top) {
        double share = top == 0 ? 1 : step / top;
        return new Rates(
            anneal(start, peak, share),
            OptionalDouble.of(anneal(HIGH_MOMENTUM, LOW_MOMENTUM, share)));
      }
      double share = (step - top) / (last - top);
      return new Rates(
          anneal(peak, end, share), OptionalDouble.of(anneal(LOW_MOMENTUM, HIGH_MOMENTUM, share)));
    }

    private static double anneal(double from, double to, double share) {
      return to + (from - to) / 2 * (1 + StrictMath.cos(StrictMath.PI * share));
    }
  }

  /// A straight line from `start` up to what `after` says at the end of the warm-up, then `after`.
  ///
  /// @param epochs how long; may be a fraction
  /// @param start the first rate
  record WarmUp(double epochs, double start, Schedule after) implements Schedule {
    @Override
    public Rates at(Moment moment, double peak) {
      double epoch = moment.epoch();
      if (epoch >= epochs) {
        return after.at(moment, peak);
      }
      long end = (long) Math.ceil(epochs * moment.stepsPerEpoch());
      Rates goal = after.at(new Moment(end, moment.stepsPerEpoch(), moment.epochs()), peak);
      double slope = (goal.learningRate() - start) / epochs;
      return new Rates(start + slope * epoch, goal.momentum());
    }
  }
}
