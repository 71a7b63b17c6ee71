package io.pairstream.local.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.metrics.Status;
import io.pairstream.run.BatchOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What is shown of a run fits the terminal and stands still.
class ProgressTest {
  private static final Optional<BatchOrder> ORDER = Optional.of(new BatchOrder(100, 4, 8));

  private static Status trainer(long batches, long clips) {
    return StatusReader.of(batches, clips, clips * 76_800, 1.234, 0.456, 0.021);
  }

  private static List<ProgressTable.Row> rows() {
    List<ProgressTable.Row> rows = new ArrayList<>();
    for (String name : List.of("producer", "augmenter", "trainer-baseline", "trainer-mca")) {
      ServiceProgress service = new ServiceProgress(name);
      for (int second = 0; second <= 30; second++) {
        service.update(trainer(4 * second, 64 * second), second);
      }
      rows.add(service.row(ORDER));
    }
    rows.add(new ServiceProgress("a-name-of-" + "x".repeat(38)).row(ORDER));
    ServiceProgress done = new ServiceProgress("augmenter-1");
    done.end(trainer(400, 6400));
    rows.add(done.row(ORDER));
    return rows;
  }

  @Test
  void noLineIsEverAsLongAsTheTerminalIsWide() {
    for (int columns = 1; columns <= 300; columns++) {
      for (String line : ProgressTable.lines(columns, rows())) {
        assertThat(line.length()).as(columns + " columns").isLessThan(Math.max(2, columns));
      }
    }
  }

  @Test
  void aUsualTerminalShowsBarPhaseTimeLeftAndRates() {
    List<String> lines = ProgressTable.lines(100, rows());
    assertThat(lines.get(2))
        .contains("trainer-baseline", "[", "]", " 30 %", "epoch 2/4", "2 min left", "64 clips/s");
    assertThat(lines.getLast()).contains("100 %", "done").doesNotContain("clips/s");
  }

  @Test
  void aNarrowTerminalStillShowsNameShareAndPhase() {
    assertThat(ProgressTable.lines(40, rows()).get(1)).contains("augmenter", "30 %", "epoch 2/4");
  }

  @Test
  void columnsStandBelowEachOther() {
    List<String> lines = ProgressTable.lines(120, rows());
    int phase = lines.getFirst().indexOf("epoch");
    assertThat(lines.subList(0, 4)).allMatch(line -> line.indexOf("epoch") == phase);
    assertThat(lines.getLast().indexOf("done")).isEqualTo(phase);
  }

  /// A producer that the trainers hold back had 2562047788015215 hours left.
  @Test
  void whoWaitsHasNeitherARateNorATimeLeft() {
    ServiceProgress service = new ServiceProgress("producer");
    for (int second = 0; second < 1200; second++) {
      service.update(trainer(Math.min(second, 160), 16 * Math.min(second, 160)), second);
    }
    assertThat(service.row(ORDER).parts()).noneMatch(part -> part.contains("left"));
    assertThat(service.row(ORDER).parts()).noneMatch(part -> part.contains("clips/s"));
  }

  @Test
  void thePhaseFollowsFromTheBatches() {
    ServiceProgress service = new ServiceProgress("trainer");
    assertThat(phase(service)).isEqualTo("starting");
    service.update(trainer(0, 0), 1);
    assertThat(phase(service)).isEqualTo("epoch 1/4");
    service.update(trainer(100, 1600), 2);
    assertThat(phase(service)).isEqualTo("evaluating 1/4");
    service.update(trainer(101, 1616), 3);
    assertThat(phase(service)).isEqualTo("epoch 2/4");
    service.update(trainer(400, 6400), 4);
    assertThat(phase(service)).isEqualTo("evaluating 4/4");
    service.end(trainer(400, 6400));
    assertThat(phase(service)).isEqualTo("done");
    ServiceProgress producer = new ServiceProgress("producer");
    producer.update(StatusReader.of(400, 0, 0, null, null, null), 1);
    assertThat(phase(producer)).isEqualTo("finishing");
  }

  private static String phase(ServiceProgress service) {
    return service.row(ORDER).parts().getFirst();
  }

  @Test
  void aRateThatHardlyChangesIsShownUnchanged() {
    SteadyRate rate = new SteadyRate();
    double count = 0;
    List<Double> shown = new ArrayList<>();
    for (int i = 0; i <= 240; i++) {
      // Batches of 16 that come in bursts, 32 clips a second.
      rate.update(16 * Math.floor(i * 0.5 * 32 / 16 / 3) * 3, i * 0.5);
      shown.add(rate.perSecond());
    }
    List<Double> settled = shown.subList(60, shown.size());
    assertThat(settled).allMatch(value -> Math.abs(value - 32) < 5);
    long changes =
        IntStream.range(1, settled.size())
            .filter(i -> !settled.get(i).equals(settled.get(i - 1)))
            .count();
    assertThat(changes).isLessThan(settled.size() / 8);
  }

  @Test
  void aRestartedServiceHasNoNegativeRate() {
    SteadyRate rate = new SteadyRate();
    rate.update(1000, 0);
    rate.update(1100, 1);
    rate.update(10, 2);
    assertThat(rate.perSecond()).isEqualTo(100);
    rate.update(110, 3);
    assertThat(rate.perSecond()).isEqualTo(100);
  }

  @Test
  void timeIsToldAsExactlyAsItIsNeeded() {
    assertThat(ServiceProgress.about(Duration.ofSeconds(1))).isEqualTo("5 s");
    assertThat(ServiceProgress.about(Duration.ofSeconds(57))).isEqualTo("60 s");
    assertThat(ServiceProgress.about(Duration.ofSeconds(61))).isEqualTo("2 min");
    assertThat(ServiceProgress.about(Duration.ofMinutes(60))).isEqualTo("1 h");
    assertThat(ServiceProgress.about(Duration.ofMinutes(125))).isEqualTo("2 h 10 min");
  }

  @Test
  void aTerminalThatDoesNotKnowItsWidthHasThatOfTheEnvironmentOrEighty() {
    assertThat(Screen.columns(132, Optional.of("100"))).isEqualTo(132);
    assertThat(Screen.columns(0, Optional.of("100"))).isEqualTo(100);
    assertThat(Screen.columns(0, Optional.of("wide"))).isEqualTo(80);
    assertThat(Screen.columns(0, Optional.empty())).isEqualTo(80);
  }

  @Test
  void afterATerminalWasMadeNarrowerItsLinesTakeMoreRows() {
    List<String> lines = List.of("x".repeat(99), "x".repeat(40), "");
    assertThat(ProgressDisplay.rows(lines, 100)).isEqualTo(3);
    assertThat(ProgressDisplay.rows(lines, 40)).isEqualTo(5);
  }
}
