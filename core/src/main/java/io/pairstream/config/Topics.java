package io.pairstream.config;

import java.util.regex.Pattern;

/// The topics and consumer groups of a run, by its name.
///
/// @param name the run's name, `[a-z0-9-]{1,48}`
public record Topics(String name) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,48}");

  public Topics {
    if (!NAME.matcher(name).matches()) {
      throw new OptionException("--run", "'" + name + "' is not 1 to 48 of a-z, 0-9 and '-'");
    }
  }

  /// Clip batches, producer to augmenter.
  public String clips() {
    return name + ".clips";
  }

  /// Pair batches, augmenter to trainers.
  public String pairs() {
    return name + ".pairs";
  }

  /// Clip batches of the validation sets, producer to trainers.
  public String validation() {
    return name + ".validation";
  }

  /// Whatever could not be used, as JSON.
  public String rejected() {
    return name + ".rejected";
  }

  /// The journal, as JSON.
  public String progress() {
    return name + ".progress";
  }

  /// What the run's bytes depend on: one record, compacted.
  public String run() {
    return name + ".run";
  }

  public String augmenterGroup() {
    return name + ".augmenter";
  }

  public String trainerGroup(String trainer) {
    return name + ".trainer." + trainer;
  }
}
