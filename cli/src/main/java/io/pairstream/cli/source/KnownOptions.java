package io.pairstream.cli.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// Names of options, and which of them somebody meant who wrote another.
///
/// @param names with their dashes
public record KnownOptions(Set<String> names) {
  /// The names of all modules' options, a line each; a test keeps it true.
  public static final String RESOURCE = "options.txt";

  public KnownOptions {
    names = Set.copyOf(names);
  }

  /// Those of all commands, also of those that are not on this process's class path.
  public static KnownOptions all() {
    try (InputStream text =
        Objects.requireNonNull(KnownOptions.class.getResourceAsStream(RESOURCE), RESOURCE)) {
      return new KnownOptions(
          new TreeSet<>(new String(text.readAllBytes(), StandardCharsets.UTF_8).lines().toList()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The option that is most like a name, if one is like it at all.
  public Optional<String> nearest(String name) {
    int most = Math.max(2, name.length() / 4);
    return names.stream()
        .filter(known -> distance(known, name) <= most)
        .min(
            Comparator.comparingInt((String known) -> distance(known, name))
                .thenComparing(Comparator.naturalOrder()));
  }

  /// Levenshtein's distance: letters to insert, delete or replace.
  private static int distance(String one, String other) {
    int[] row = IntStream.rangeClosed(0, other.length()).toArray();
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
