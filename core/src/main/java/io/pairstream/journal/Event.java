package io.pairstream.journal;

import java.time.Instant;

/// A message and when it happened, to the millisecond.
public record Event(Instant time, Message message) {
  public Event {
    time = Instant.ofEpochMilli(time.toEpochMilli());
  }

  /// It happened just now.
  public static Event now(Message message) {
    return new Event(Instant.now(), message);
  }
}
