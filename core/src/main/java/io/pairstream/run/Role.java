package io.pairstream.run;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What a process does for a run: the label `service` of its metrics and the first part of an
/// [Instance].
public enum Role {
  BROKER,
  PRODUCER,
  AUGMENTER,
  TRAINER;

  /// As messages, metrics and file names have it: `producer`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The role of a text; empty if there is none of that name.
  public static Optional<Role> parse(String text) {
    return Arrays.stream(values()).filter(role -> role.text().equals(text)).findFirst();
  }
}
