package io.pairstream.producer;

import java.util.ArrayDeque;
import java.util.Deque;

/// Where in one partition of RUN.clips the batches lie that this process knows of.
///
/// Safe for two threads: the sender's adds, `flow-control` asks.
final class SentOffsets {
  /// In the order of their numbers, without gaps; guarded by this.
  private final Deque<Sent> sent = new ArrayDeque<>();

  private record Sent(long number, long offset) {}

  synchronized void add(long number, long offset) {
    sent.addLast(new Sent(number, offset));
  }

  /// An offset before which there is no batch of this number or a higher one; the lower ones are
  /// forgotten. 0 if that number was sent by an earlier process and it is not known where.
  ///
  /// @param number not lower than in an earlier call
  synchronized long noneBefore(long number) {
    while (sent.size() > 1) {
      Sent first = sent.removeFirst();
      if (sent.getFirst().number() > number) {
        sent.addFirst(first);
        break;
      }
    }
    Sent first = sent.peekFirst();
    return first == null || first.number() > number ? 0 : first.offset();
  }
}
