package io.pairstream.producer.dataset;

import java.util.List;
import java.util.regex.Pattern;

/// A named list of videos to validate on, in the order in which they are sent.
public record ValidationSet(String name, List<Sample> samples) {
  /// The name of a dataset's own validation split.
  public static final String OWN = "validation";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,48}");

  public ValidationSet {
    samples = List.copyOf(samples);
    if (!NAME.matcher(name).matches()) {
      throw new DatasetException(
          "validation set '%s' needs a name of 1 to 48 letters, digits, dots, dashes or underscores"
              .formatted(name));
    }
  }
}
