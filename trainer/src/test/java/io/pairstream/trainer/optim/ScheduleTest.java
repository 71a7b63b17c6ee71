package io.pairstream.trainer.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.testing.Golden;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  /// So fine that every epoch fraction of the golden files is a whole step.
  private static final long STEPS = 1_000_000;

  @Test
  void stepAndCosineAreThoseOfTheReferences2dNetwork() {
    JsonNode cases = Golden.read("vectors/lr_2d.json");
    assertThat(cases).isNotEmpty();
    for (JsonNode one : cases) {
      List<Double> milestones = new ArrayList<>();
      one.get("steps").forEach(step -> milestones.add(step.asDouble()));
      Schedule schedule =
          one.get("type").asText().equals("cos")
              ? new Schedule.Cosine(0, 0, true)
              : new Schedule.Step(milestones, 0.1);
      double peak = one.get("lr").asDouble();
      long epochs = one.get("epochs").asLong();
      JsonNode rates = one.get("per_epoch_[lr_mult1, lr_mult5, wd_of_decay_mult0]");
      for (int epoch = 0; epoch < epochs; epoch++) {
        double want = rates.get(epoch).get(0).asDouble();
        for (long step : new long[] {0, STEPS / 2, STEPS - 1}) {
          double rate =
              schedule.at(new Moment(epoch * STEPS + step, STEPS, epochs), peak).learningRate();
          assertThat(rate).as("epoch %d", epoch).isCloseTo(want, within(1e-12 * peak));
        }
      }
    }
  }

  @Test
  void stepsAfterAWarmUpAreSlowFasts() {
    JsonNode one = Golden.read("vectors/lr_slowfast.json");
    JsonNode cfg = one.get("cfg");
    List<Double> milestones = new ArrayList<>();
    cfg.get("STEPS").forEach(step -> milestones.add(step.asDouble()));
    Schedule schedule =
        new Schedule.WarmUp(
            cfg.get("WARMUP_EPOCHS").asDouble(),
            cfg.get("WARMUP_START_LR").asDouble(),
            new Schedule.Step(
                milestones.subList(1, milestones.size()),
                cfg.get("LRS").get(1).asDouble() / cfg.get("LRS").get(0).asDouble()));
    follows(schedule, cfg, one.get("epoch_lr"));
  }

  @Test
  void aCosineAfterAWarmUpIsUniFormers() {
    JsonNode one = Golden.read("vectors/lr_uniformer.json");
    JsonNode cfg = one.get("cfg");
    double warmUp = cfg.get("WARMUP_EPOCHS").asDouble();
    Schedule schedule =
        new Schedule.WarmUp(
            warmUp,
            cfg.get("WARMUP_START_LR").asDouble(),
            new Schedule.Cosine(warmUp, cfg.get("COSINE_END_LR").asDouble(), false));
    follows(schedule, cfg, one.get("epoch_lr"));
  }

  @Test
  void schedulesOfTheReferencesCanBeWritten() {
    assertThat(Schedule.parse("epoch-cosine")).isEqualTo(new Schedule.Cosine(0, 0, true));
    assertThat(Schedule.parse("step:14,18")).isEqualTo(new Schedule.Step(List.of(14.0, 18.0), 0.1));
    assertThat(Schedule.parse("cosine:1e-6").after(5, 1e-6))
        .isEqualTo(new Schedule.WarmUp(5, 1e-6, new Schedule.Cosine(5, 1e-6, false)));
    for (String wrong : List.of("cosine:", "cosine:-1", "epoch-cosine:x", "step:", "linear")) {
      assertThatThrownBy(() -> Schedule.parse(wrong))
          .hasMessageStartingWith("schedule '" + wrong + "' is not constant");
    }
  }

  private static void follows(Schedule schedule, JsonNode cfg, JsonNode points) {
    double peak = cfg.get("BASE_LR").asDouble();
    assertThat(points).isNotEmpty();
    for (JsonNode point : points) {
      double epoch = point.get(0).asDouble();
      Moment moment = new Moment(Math.round(epoch * STEPS), STEPS, cfg.get("MAX_EPOCH").asLong());
      double want = point.get(1).asDouble();
      assertThat(schedule.at(moment, peak).learningRate())
          .as("epoch %s", epoch)
          .isCloseTo(want, within(1e-12 * peak));
    }
  }

  /// PyTorch's documentation gives the formula: with total steps n, rising share r, cosine c(a,b,x)
  /// = b + (a−b)/2·(1+cos πx), the rate is c(peak/25, peak, step/(rn−1)) up to step rn−1 and then
  /// c(peak, peak/25/1e4, (step−rn+1)/(n−rn)); momentum runs between 0.95 and 0.85 against it.
  @Test
  void oneCycleRisesAndFallsAsTorchs() {
    Schedule schedule = new Schedule.OneCycle();
    // n = 10, r·n − 1 = 2: the peak lies on step 2.
    double[] rates = new double[10];
    double[] momenta = new double[10];
    for (int step = 0; step < 10; step++) {
      Rates at = schedule.at(new Moment(step, 5, 2), 1);
      rates[step] = at.learningRate();
      momenta[step] = at.momentum().orElseThrow();
    }
    assertThat(rates[0]).isCloseTo(0.04, within(1e-15));
    assertThat(rates[1]).isCloseTo((0.04 + 1) / 2, within(1e-15));
    assertThat(rates[2]).isCloseTo(1, within(1e-15));
    double low = 0.04 / 1e4;
    assertThat(rates[3])
        .isCloseTo(low + (1 - low) / 2 * (1 + Math.cos(Math.PI / 7)), within(1e-15));
    assertThat(rates[9]).isCloseTo(low, within(1e-15));
    assertThat(momenta[0]).isCloseTo(0.95, within(1e-15));
    assertThat(momenta[1]).isCloseTo(0.9, within(1e-15));
    assertThat(momenta[2]).isCloseTo(0.85, within(1e-15));
    assertThat(momenta[9]).isCloseTo(0.95, within(1e-15));
  }

  @Test
  void everyScheduleIsDefinedOnTheShortestRun() {
    for (Schedule schedule :
        List.of(
            new Schedule.Constant(),
            new Schedule.Step(List.of(1.0), 0.1),
            new Schedule.Cosine(0, 0, false),
            new Schedule.OneCycle(),
            new Schedule.WarmUp(1, 0, new Schedule.OneCycle()))) {
      for (long steps = 1; steps < 5; steps++) {
        for (long step = 0; step < steps; step++) {
          double rate = schedule.at(new Moment(step, steps, 1), 0.1).learningRate();
          assertThat(rate).as("%s, step %d of %d", schedule, step, steps).isBetween(0.0, 0.1);
        }
      }
    }
  }
}
