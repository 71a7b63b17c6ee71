package io.pairstream.journal;

import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.journal.Message.Batch;
import io.pairstream.journal.Message.Evaluated;
import io.pairstream.journal.Message.Measures;
import io.pairstream.journal.Message.Trained;
import io.pairstream.run.Instance;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// How a run went, from its journal alone: what each process did and how fast, and each trainer's
/// losses and accuracies by epoch.
public final class RunHistory {
  private final String runId;
  private final SortedMap<String, Pace> paces = new TreeMap<>();
  private final SortedMap<String, SortedMap<Long, Epoch>> epochs = new TreeMap<>();

  /// What a process did, batches that were told again left out.
  ///
  /// @param first when its first batch was done
  /// @param last when its last one was
  /// @param learningRate of its last batch, if it is a trainer
  public record Pace(
      long batches, long clips, Instant first, Instant last, Optional<Double> learningRate) {
    /// From the first batch's end to the last one's; 0 for a single batch.
    public double batchesPerSecond() {
      double seconds = Duration.between(first, last).toMillis() / 1e3;
      return seconds > 0 ? (batches - 1) / seconds : 0;
    }

    private Pace plus(Batch batch, Instant time) {
      return new Pace(
          batches + 1,
          clips + batch.clips(),
          first.isBefore(time) ? first : time,
          last.isAfter(time) ? last : time,
          batch.measures().map(Measures::learningRate).or(() -> learningRate));
    }
  }

  /// An epoch of a trainer.
  ///
  /// @param training what its batches came to; absent until it has ended
  /// @param validation by set
  public record Epoch(Optional<Trained> training, SortedMap<String, Evaluated> validation) {
    private static final Epoch NEW = new Epoch(Optional.empty(), new TreeMap<>());

    public Epoch {
      validation = Collections.unmodifiableSortedMap(new TreeMap<>(validation));
    }

    private Epoch with(Evaluated evaluated) {
      SortedMap<String, Evaluated> more = new TreeMap<>(validation);
      more.put(evaluated.set(), evaluated);
      return new Epoch(training, more);
    }
  }

  /// Of a run, before anything is told.
  public RunHistory(String runId) {
    this.runId = runId;
  }

  /// Reads a run's journal as it is now.
  public static RunHistory read(KafkaOptions kafka, Topics topics, String runId) {
    RunHistory history = new RunHistory(runId);
    try (JournalReader reader = new JournalReader(kafka, topics)) {
      reader.toEnd(history::add);
    }
    return history;
  }

  /// Takes a line. Of messages that were repeated after a restart, the last one holds.
  public void add(JournalLine line) {
    if (!(line instanceof JournalLine.Told told) || !told.entry().runId().equals(runId)) {
      return;
    }
    JournalEntry entry = told.entry();
    Instance who = entry.instance();
    switch (entry.message()) {
      case Batch batch -> batch(who, entry.event().time(), batch);
      case Trained one ->
          change(who, one.epoch(), epoch -> new Epoch(Optional.of(one), epoch.validation()));
      case Evaluated one -> change(who, one.epoch(), epoch -> epoch.with(one));
      case Message.Checkpoint _, Message.Started _, Message.Stopped _ -> {}
      case Message.LeftOut _, Message.Waiting _, Message.Fault _ -> {}
    }
  }

  /// What each process did.
  public Optional<Pace> pace(Instance who) {
    return Optional.ofNullable(paces.get(who.key()));
  }

  /// The epochs of a trainer that something is told of, from 0.
  public SortedMap<Long, Epoch> epochs(Instance trainer) {
    return Collections.unmodifiableSortedMap(
        epochs.getOrDefault(trainer.key(), Collections.emptySortedMap()));
  }

  private void batch(Instance who, Instant time, Batch batch) {
    if (!batch.again()) {
      Pace before = paces.getOrDefault(who.key(), new Pace(0, 0, time, time, Optional.empty()));
      paces.put(who.key(), before.plus(batch, time));
    }
  }

  private interface Change {
    Epoch of(Epoch epoch);
  }

  private void change(Instance who, long epoch, Change change) {
    SortedMap<Long, Epoch> ofTrainer = epochs.computeIfAbsent(who.key(), key -> new TreeMap<>());
    ofTrainer.put(epoch, change.of(ofTrainer.getOrDefault(epoch, Epoch.NEW)));
  }
}
