package io.pairstream.metrics;

import io.pairstream.run.Role;
import java.util.Locale;
import java.util.Set;

/// The catalogue of what a service counts and shows: each meter once, with its name, its unit and
/// what it says. docs/reference/metrics.md is made of it.
public enum Metric {
  BATCHES(Kind.COUNTER, "batches", "Batches that this process has done its part for.", all()),
  CLIPS(Kind.COUNTER, "clips", "Clips of these batches.", all()),
  BYTES(
      Kind.COUNTER,
      "bytes",
      "Bytes of records: sent by a producer or an augmenter, read by a trainer.",
      all()),
  SKIPPED(
      Kind.COUNTER, "batches", "Batches that were passed on or passed over without data.", all()),
  REJECTED(Kind.COUNTER, "clips or records", "What was told to RUN.rejected.", all()),
  DAMAGED(
      Kind.COUNTER,
      "clips",
      "Clips that are damaged and used all the same.",
      Set.of(Role.PRODUCER)),
  VALIDATION_CLIPS(Kind.COUNTER, "clips", "Clips sent to RUN.validation.", Set.of(Role.PRODUCER)),
  VALIDATION_BYTES(Kind.COUNTER, "bytes", "Bytes sent to RUN.validation.", Set.of(Role.PRODUCER)),
  BATCHES_TO_SEND(
      Kind.GAUGE,
      "batches",
      "Batches that were to be sent when this process began.",
      Set.of(Role.PRODUCER)),
  REFUSED(
      Kind.COUNTER,
      "batches",
      "Batches that could not be augmented because of their own bytes.",
      Set.of(Role.AUGMENTER)),
  AUGMENT_SECONDS(Kind.COUNTER, "seconds", "Time spent on making pairs.", Set.of(Role.AUGMENTER)),
  STEPS(Kind.COUNTER, "steps", "Steps of the optimizer.", Set.of(Role.TRAINER)),
  COPIES(
      Kind.COUNTER,
      "records",
      "Further appearances of a batch that were dropped.",
      Set.of(Role.TRAINER)),
  EARLY(
      Kind.COUNTER,
      "records",
      "Records that came before their turn and were dropped: they come again.",
      Set.of(Role.TRAINER)),
  LOSS(Kind.GAUGE, "", "Training loss, a running mean.", Set.of(Role.TRAINER)),
  TOP1(
      Kind.GAUGE,
      "share, 0 to 1",
      "Top-1 accuracy on training batches, a running mean.",
      Set.of(Role.TRAINER)),
  LEARNING_RATE(Kind.GAUGE, "", "The learning rate of the last step.", Set.of(Role.TRAINER)),
  DATA_WAIT_SHARE(
      Kind.GAUGE,
      "share, 0 to 1",
      "Share of the time that the training thread was blocked for the next batch.",
      Set.of(Role.TRAINER)),
  VALIDATION_TOP1(
      Kind.GAUGE_OF_SET,
      "share, 0 to 1",
      "Top-1 accuracy on a validation set, as last evaluated.",
      Set.of(Role.TRAINER)),
  VALIDATION_TOP5(
      Kind.GAUGE_OF_SET,
      "share, 0 to 1",
      "Top-5 accuracy on a validation set, as last evaluated.",
      Set.of(Role.TRAINER));

  private static final String PREFIX = "pairstream.";

  /// How a meter behaves.
  public enum Kind {
    /// Only grows, from 0 when the process starts.
    COUNTER,
    /// The newest value; NaN before the first.
    GAUGE,
    /// A gauge for each validation set, with the label `set`; absent before the first value.
    GAUGE_OF_SET
  }

  private final Kind kind;
  private final String unit;
  private final String help;

  @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable set
  private final Set<Role> roles;

  Metric(Kind kind, String unit, String help, Set<Role> roles) {
    this.kind = kind;
    this.unit = unit;
    this.help = help;
    this.roles = roles;
  }

  private static Set<Role> all() {
    return Set.of(Role.PRODUCER, Role.AUGMENTER, Role.TRAINER);
  }

  public Kind kind() {
    return kind;
  }

  /// What is counted or measured, for people; empty for a bare number.
  public String unit() {
    return unit;
  }

  /// One sentence.
  public String help() {
    return help;
  }

  /// The services that have it.
  public Set<Role> roles() {
    return roles;
  }

  /// The meter's name in Micrometer.
  String meter() {
    return PREFIX + name().toLowerCase(Locale.ROOT).replace('_', '.');
  }

  /// The name of its series in Prometheus' text format.
  public String series() {
    return meter().replace('.', '_') + (kind == Kind.COUNTER ? "_total" : "");
  }
}
