package io.pairstream.journal;

import io.pairstream.journal.Message.Fault;
import io.pairstream.journal.Message.Started;
import io.pairstream.journal.Message.Stopped;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/// Tells the journal that a process has begun, and how it ended.
///
/// @param batches how many it did its part for
/// @param stopping whether somebody has stopped it
public record Attendance(JournalWriter journal, LongSupplier batches, BooleanSupplier stopping) {

  /// What a process does.
  public interface Work<T> {
    T run() throws InterruptedException;
  }

  /// Does it, between the two messages.
  public <T> T during(Started started, Work<T> work) throws InterruptedException {
    journal.append(List.of(Event.now(started)));
    try {
      T done = work.run();
      journal.farewell(
          List.of(stopped(stopping.getAsBoolean() ? Stopped.STOPPED : Stopped.COMPLETE)));
      return done;
    } catch (InterruptedException e) {
      journal.farewell(List.of(stopped(Stopped.STOPPED)));
      throw e;
    } catch (RuntimeException | Error e) {
      String sentence = e.getMessage() == null ? e.toString() : e.getMessage();
      journal.farewell(List.of(new Fault(sentence), stopped(Stopped.FAILED)));
      throw e;
    }
  }

  private Stopped stopped(String why) {
    return new Stopped(why, batches.getAsLong());
  }
}
