package io.pairstream.verify;

import io.pairstream.clip.BatchId;
import io.pairstream.journal.JournalEntry;
import io.pairstream.journal.JournalLine;
import io.pairstream.journal.Message.Batch;
import io.pairstream.run.Role;
import io.pairstream.run.RunSpec;
import io.pairstream.verify.Finding.Corrupt;
import io.pairstream.verify.Finding.Disagreement;
import io.pairstream.verify.Finding.Missing;
import io.pairstream.verify.Finding.Place;
import io.pairstream.verify.Finding.TrainedTwice;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a run's journal tells of its batches, by service and trainer. Messages of another run, of
/// trainers that the run does not have and of batches that come later pass by.
final class JournalView {
  private final RunSpec spec;
  private final String runId;
  private final String topic;
  private final Findings findings;
  private final Tellings sent = new Tellings();
  private final Tellings made = new Tellings();
  private final Map<String, Tellings> trained = new LinkedHashMap<>();
  private long clips;
  private long skipped;

  /// @param topic RUN.progress, for what is found
  JournalView(RunSpec spec, String topic, Findings findings) {
    this.spec = spec;
    this.runId = spec.runId();
    this.topic = topic;
    this.findings = findings;
    spec.trainers().forEach(trainer -> trained.put(trainer, new Tellings()));
  }

  /// Takes a line.
  void add(JournalLine line) {
    switch (line) {
      case JournalLine.Told told -> add(told.offset(), told.entry());
      case JournalLine.Unknown _ -> {}
      case JournalLine.Corrupt corrupt -> corrupt(corrupt.offset(), corrupt.cause());
    }
  }

  private void add(long offset, JournalEntry entry) {
    if (!entry.runId().equals(runId) || !(entry.message() instanceof Batch batch)) {
      return;
    }
    if (batch.id().batch() >= spec.order().batchesPerEpoch()) {
      corrupt(offset, "there is no batch " + batch.id());
    } else if (batch.id().epoch() < spec.epochs()) {
      add(entry, batch, spec.order().number(batch.id()));
    }
  }

  private void add(JournalEntry entry, Batch batch, long number) {
    @Nullable Tellings tellings =
        switch (entry.instance().role()) {
          case PRODUCER -> sent;
          case AUGMENTER -> made;
          case TRAINER -> trained.get(entry.instance().name());
          case BROKER -> null;
        };
    if (tellings == null) {
      return;
    }
    boolean first =
        tellings.tell(number, new Tellings.Made(batch.crc32c(), batch.from()), batch.again());
    if (first
        && entry.instance().name().equals(spec.trainers().getFirst())
        && entry.instance().role() == Role.TRAINER) {
      clips += batch.clips();
      skipped += batch.skipped() ? 1 : 0;
    }
  }

  private void corrupt(long offset, String cause) {
    findings.add(new Corrupt(new Place(topic, 0, offset), cause));
  }

  /// What the service that writes RUN.clips or RUN.pairs tells.
  Tellings of(Role writer) {
    return writer == Role.PRODUCER ? sent : made;
  }

  /// Clips that the first trainer has trained on.
  long clips() {
    return clips;
  }

  /// Batches that it passed over.
  long skipped() {
    return skipped;
  }

  /// What the arrays take.
  long bytes() {
    return sent.bytes() + made.bytes() + trained.values().stream().mapToLong(Tellings::bytes).sum();
  }

  /// Every batch must have been told of by the producer, by the augmenter if it tells of any, and
  /// by each trainer exactly once, with checksums that lead from one to the next.
  void check() {
    boolean augmenterTells = !made.isEmpty();
    for (long number = 0; number < spec.order().total(); number++) {
      if (sent.times(number) == 0) {
        findings.add(new Missing(Role.PRODUCER.text(), spec.order().id(number)));
      }
      if (augmenterTells && made.times(number) == 0) {
        findings.add(new Missing(Role.AUGMENTER.text(), spec.order().id(number)));
      }
      for (Map.Entry<String, Tellings> trainer : trained.entrySet()) {
        int times = trainer.getValue().times(number);
        if (times != 1) {
          String who = Role.TRAINER.text() + "/" + trainer.getKey();
          BatchId id = spec.order().id(number);
          findings.add(times == 0 ? new Missing(who, id) : new TrainedTwice(who, id, times));
        }
      }
      if (!agree(number)) {
        checkAgreement(number);
      }
    }
  }

  /// The usual case, without a set for each batch: everybody tells of one checksum.
  private boolean agree(long number) {
    OptionalLong pair = made.onlyChecksum(number);
    for (Tellings trainer : trained.values()) {
      OptionalLong there = trainer.onlyChecksum(number);
      if (there.isEmpty() || !there.equals(pair)) {
        return false;
      }
    }
    OptionalLong from = made.onlyFrom(number);
    return from.isEmpty() || from.equals(sent.onlyChecksum(number));
  }

  private void checkAgreement(long number) {
    Set<Long> taken = new HashSet<>();
    trained.values().forEach(trainer -> taken.addAll(trainer.checksums(number)));
    Set<Long> pairs = made.checksums(number);
    BatchId id = spec.order().id(number);
    if (taken.size() > 1 || !(pairs.isEmpty() || pairs.containsAll(taken))) {
      findings.add(
          new Disagreement(
              id, "the augmenter tells of crc32c " + pairs + ", trainers of " + taken));
      return;
    }
    Set<Long> from = new HashSet<>();
    for (Tellings.Made one : made.made(number)) {
      if (taken.contains(one.crc32c())) {
        if (one.from().isEmpty()) {
          return;
        }
        from.add(one.from().getAsLong());
      }
    }
    Set<Long> clips = sent.checksums(number);
    if (!from.isEmpty() && !clips.isEmpty() && from.stream().noneMatch(clips::contains)) {
      findings.add(
          new Disagreement(
              id, "its pair was made from crc32c " + from + ", the producer tells of " + clips));
    }
  }
}
