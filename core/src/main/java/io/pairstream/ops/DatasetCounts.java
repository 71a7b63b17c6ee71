package io.pairstream.ops;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// The clips of a dataset, each counted once however many epochs there are: `clips` is `used` and
/// all of `rejected`; what was passed over was no clip.
///
/// @param format of the dataset
/// @param clips that the dataset names, for training and validation
/// @param used those of which nothing was rejected
/// @param rejected clips by cause
/// @param passedOver what lies there and is no clip, by kind
public record DatasetCounts(
    String format,
    long clips,
    long used,
    Map<String, Long> rejected,
    Map<String, Long> passedOver) {

  public DatasetCounts {
    rejected = Collections.unmodifiableMap(new TreeMap<>(rejected));
    passedOver = Collections.unmodifiableMap(new TreeMap<>(passedOver));
    long all = rejected.values().stream().mapToLong(Long::longValue).sum();
    if (used + all != clips) {
      throw new IllegalArgumentException(
          "%d clips are not %d used and %d rejected".formatted(clips, used, all));
    }
  }

  /// Counts whose difference is what was used.
  public static DatasetCounts of(
      String format, long clips, Map<String, Long> rejected, Map<String, Long> passedOver) {
    long bad = rejected.values().stream().mapToLong(Long::longValue).sum();
    return new DatasetCounts(format, clips, clips - bad, rejected, passedOver);
  }

  /// For people, in one sentence.
  public String sentence() {
    StringBuilder text = new StringBuilder("dataset: %d clips, %d used".formatted(clips, used));
    append(text, "rejected", rejected);
    append(text, "passed over", passedOver);
    return text.toString();
  }

  private static void append(StringBuilder text, String what, Map<String, Long> counts) {
    if (!counts.isEmpty()) {
      long sum = counts.values().stream().mapToLong(Long::longValue).sum();
      text.append(", ").append(sum).append(' ').append(what).append(" (");
      text.append(
          counts.entrySet().stream()
              .sorted(
                  Map.Entry.<String, Long>comparingByValue()
                      .reversed()
                      .thenComparing(Map.Entry.comparingByKey()))
              .map(one -> one.getValue() + " " + one.getKey())
              .collect(java.util.stream.Collectors.joining("; ")));
      text.append(')');
    }
  }
}
