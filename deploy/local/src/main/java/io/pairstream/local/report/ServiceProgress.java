package io.pairstream.local.report;

import io.pairstream.metrics.Status;
import io.pairstream.run.BatchOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// How far one service is and how fast it goes, as text.
final class ServiceProgress {
  /// A time left that is longer is none: 30 days.
  private static final double LONGEST_SECONDS = 30 * 86_400.0;

  /// A rate that would be shown as 0.0 is none.
  private static final double LEAST_SHOWN = 0.05;

  private static final double MEGABYTE = 1e6;

  private final String name;
  private final SteadyRate batchRate = new SteadyRate();
  private final SteadyRate clipRate = new SteadyRate();
  private final SteadyRate byteRate = new SteadyRate();
  private Status now = StatusReader.of(0, 0, 0, null, null, null);
  private boolean started;
  private boolean ended;

  ServiceProgress(String name) {
    this.name = name;
  }

  /// Takes a new status.
  ///
  /// @param seconds since any fixed moment
  void update(Status status, double seconds) {
    started = true;
    now = status;
    batchRate.update(now.batches(), seconds);
    clipRate.update(now.clips(), seconds);
    byteRate.update(now.bytes(), seconds);
  }

  /// Takes the last one, of the service's report.
  void end(Status status) {
    now = status;
    ended = true;
  }

  /// One line of the table.
  ///
  /// @param order of the run's batches, once it is known
  ProgressTable.Row row(Optional<BatchOrder> order) {
    OptionalDouble share = ended ? OptionalDouble.of(1) : share(order);
    // Whoever has nothing left to do has no speed either.
    boolean idle = ended || share.orElse(0) >= 1;
    return new ProgressTable.Row(
        name,
        share,
        List.of(
            phase(order),
            timeLeft(order),
            idle ? "" : rate(clipRate, 1, "clips/s"),
            idle ? "" : rate(byteRate, MEGABYTE, "MB/s"),
            gauge(now.loss(), "loss %.2f", 1),
            gauge(now.top1(), "top-1 %.1f %%", 100),
            idle ? "" : gauge(now.dataWaitShare(), "waits %.0f %%", 100)));
  }

  /// The same in few words; nothing when it has ended.
  Optional<String> brief(Optional<BatchOrder> order) {
    if (ended) {
      return Optional.empty();
    }
    List<String> words = new ArrayList<>();
    for (String part : row(order).parts()) {
      if (!part.isEmpty()) {
        words.add(part);
      }
    }
    double batches = now.batches();
    String count =
        order
            .map(known -> format("%.0f/%d", batches, known.total()))
            .orElse(format("%.0f", batches));
    return Optional.of(name + " " + count + " (" + String.join(", ", words) + ")");
  }

  private OptionalDouble share(Optional<BatchOrder> order) {
    return order
        .map(known -> OptionalDouble.of(Math.min(1, (double) now.batches() / known.total())))
        .orElse(OptionalDouble.empty());
  }

  /// What it does: `starting`, `epoch 2/4`, `evaluating 2/4`, `finishing`, `done`.
  private String phase(Optional<BatchOrder> order) {
    if (ended) {
      return "done";
    }
    if (!started || order.isEmpty()) {
      return "starting";
    }
    BatchOrder known = order.get();
    long batches = now.batches();
    long epoch = Math.min(batches / known.batchesPerEpoch() + 1, known.epochs());
    // Only a trainer has a loss, and it evaluates whenever an epoch is over.
    boolean trainer = now.loss() != null;
    if (trainer && batches > 0 && batches % known.batchesPerEpoch() == 0) {
      return format("evaluating %d/%d", batches / known.batchesPerEpoch(), known.epochs());
    }
    return batches >= known.total() ? "finishing" : format("epoch %d/%d", epoch, known.epochs());
  }

  private String timeLeft(Optional<BatchOrder> order) {
    double rate = batchRate.perSecond();
    if (ended || order.isEmpty() || rate <= 0) {
      return "";
    }
    double left = (order.get().total() - now.batches()) / rate;
    // Whoever waits for others has nearly no rate, and nobody knows when it ends.
    return left <= 0 || left > LONGEST_SECONDS
        ? ""
        : about(Duration.ofSeconds((long) Math.ceil(left))) + " left";
  }

  /// A duration as exact as a person needs it: `25 s`, `3 min`, `2 h 10 min`.
  static String about(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < 60) {
      return Math.max(5, Math.ceilDiv(seconds, 5) * 5) + " s";
    }
    long minutes = Math.ceilDiv(seconds, 60);
    if (minutes < 60) {
      return minutes + " min";
    }
    // Tens of minutes are enough where hours are waited for.
    long tens = Math.ceilDiv(minutes, 10) * 10;
    return tens / 60 + " h" + (tens % 60 == 0 ? "" : " " + tens % 60 + " min");
  }

  private static String rate(SteadyRate rate, double unit, String name) {
    double value = rate.perSecond() / unit;
    return value < LEAST_SHOWN ? "" : format(value < 10 ? "%.1f %s" : "%.0f %s", value, name);
  }

  private static String gauge(@Nullable Double value, String format, double factor) {
    return value == null ? "" : format(format, factor * value);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
