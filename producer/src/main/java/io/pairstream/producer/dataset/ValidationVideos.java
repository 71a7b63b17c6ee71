package io.pairstream.producer.dataset;

import io.pairstream.ops.ServiceException;
import java.util.List;
import java.util.regex.Pattern;

/// A named list of videos to validate on, in the order in which they are sent.
public record ValidationVideos(String name, List<Sample> samples) {
  /// The name of a dataset's own validation split.
  public static final String OWN = "validation";

  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

  public ValidationVideos {
    samples = List.copyOf(samples);
    if (!NAME.matcher(name).matches()) {
      throw ServiceException.usage(
          "validation set name '%s' is not 1 to 64 of a-z, 0-9 and '-'".formatted(name));
    }
  }
}
