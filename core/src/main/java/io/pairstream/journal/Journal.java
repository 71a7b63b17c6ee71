package io.pairstream.journal;

import java.util.List;

/// Where a process tells what it does.
public interface Journal {
  /// Tells events in their order; they are durable when it returns.
  void append(List<Event> events) throws InterruptedException;
}
