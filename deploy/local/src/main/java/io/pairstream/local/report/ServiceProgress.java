package io.pairstream.local.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// How far one service is and how fast it goes, as text.
final class ServiceProgress {
  private static final int BAR = 24;
  private static final double MEGABYTE = 1e6;

  /// Rates are taken over at least this, so that they do not jump with each batch.
  private static final double LEAST_SECONDS = 2;

  private final String name;
  private ServiceNumbers now = new ServiceNumbers(java.util.Map.of());
  private ServiceNumbers before = now;
  private double nowSeconds;
  private double beforeSeconds;
  private boolean ended;

  ServiceProgress(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  /// Takes new numbers.
  ///
  /// @param seconds since any fixed moment
  void update(ServiceNumbers numbers, double seconds) {
    if (numbers.count("batches") < now.count("batches")) {
      // A restarted service counts from nothing.
      before = numbers;
      beforeSeconds = seconds;
    } else if (seconds - beforeSeconds > 2 * LEAST_SECONDS && now != before) {
      before = now;
      beforeSeconds = nowSeconds;
    }
    now = numbers;
    nowSeconds = seconds;
  }

  /// Takes the last numbers, those of the service's report.
  void end(ServiceNumbers numbers) {
    now = numbers;
    ended = true;
  }

  private double rate(String counter) {
    double seconds = nowSeconds - beforeSeconds;
    return seconds < LEAST_SECONDS / 2
        ? 0
        : Math.max(0, now.count(counter) - before.count(counter)) / seconds;
  }

  /// Batches, and unless it has ended `clips/s`, `MB/s` and what a trainer tells.
  List<String> parts(long totalBatches) {
    List<String> parts = new ArrayList<>();
    double batches = now.count("batches");
    parts.add(
        totalBatches > 0
            ? format("%4.0f of %d batches", batches, totalBatches)
            : format("%4.0f batches", batches));
    if (ended) {
      parts.add("done");
      return parts;
    }
    parts.add(format("%6.1f clips/s", rate("clips")));
    parts.add(format("%6.1f MB/s", rate("bytes") / MEGABYTE));
    now.gauge("loss").ifPresent(loss -> parts.add(format("loss %.3f", loss)));
    now.gauge("top1").ifPresent(top1 -> parts.add(format("top-1 %4.1f %%", 100 * top1)));
    OptionalDouble wait = now.gauge("data_wait_share");
    wait.ifPresent(share -> parts.add(format("waits for data %.1f %%", 100 * share)));
    return parts;
  }

  /// The same in few words; nothing when it has ended.
  Optional<String> brief(long totalBatches) {
    if (ended) {
      return Optional.empty();
    }
    StringBuilder text = new StringBuilder(name);
    text.append(format(" %.0f", now.count("batches")));
    if (totalBatches > 0) {
      text.append("/").append(totalBatches);
    }
    text.append(format(" (%.1f clips/s, %.1f MB/s", rate("clips"), rate("bytes") / MEGABYTE));
    now.gauge("loss").ifPresent(loss -> text.append(format(", loss %.3f", loss)));
    now.gauge("top1").ifPresent(top1 -> text.append(format(", top-1 %.1f %%", 100 * top1)));
    now.gauge("data_wait_share")
        .ifPresent(share -> text.append(format(", waits %.1f %%", 100 * share)));
    return Optional.of(text.append(")").toString());
  }

  /// `[#####-----]`.
  String bar(long totalBatches) {
    double share = totalBatches == 0 ? 0 : now.count("batches") / totalBatches;
    int full = (int) Math.clamp(Math.round(share * BAR), 0, BAR);
    return "[" + "#".repeat(full) + "-".repeat(BAR - full) + "]";
  }

  /// The name, with spaces up to a width.
  String padded(int width) {
    return name + " ".repeat(Math.max(0, width - name.length()));
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
