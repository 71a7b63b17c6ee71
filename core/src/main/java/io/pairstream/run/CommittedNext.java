package io.pairstream.run;

import java.util.Optional;

/// What a trainer has committed for a partition: the offset to read on from, and as metadata the
/// number of the next batch that it takes.
public record CommittedNext(long offset, long next) {
  private static final String PREFIX = "next=";

  public String metadata() {
    return PREFIX + next;
  }

  /// Reads a commit; empty if the metadata is another program's.
  public static Optional<CommittedNext> parse(long offset, String metadata) {
    if (!metadata.startsWith(PREFIX)) {
      return Optional.empty();
    }
    try {
      long next = Long.parseLong(metadata.substring(PREFIX.length()));
      return next < 0 ? Optional.empty() : Optional.of(new CommittedNext(offset, next));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
