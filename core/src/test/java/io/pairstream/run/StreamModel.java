package io.pairstream.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/// A run in miniature: logs of batch numbers instead of Kafka's, and producers, augmenters and
/// trainers that take steps in an order that chance decides, die, come back, and are survived by
/// writes that were already on their way. The rules are the product's own ([Credit], [BatchOrder],
/// [PartitionCursor]); what surrounds them is as short as it can be.
final class StreamModel {
  /// A rule broken on purpose, to see that a broken rule is noticed.
  enum Fault {
    NONE,
    /// A trainer commits what it has trained on before that is saved.
    COMMIT_BEFORE_SAVING,
    /// A producer that starts again leaves one batch out.
    SKIP_AT_RESTART,
    /// A trainer takes whatever comes.
    NO_CURSOR,
    /// Deleting goes by the fastest trainer.
    DELETE_BY_THE_FASTEST,
    /// An augmenter commits its position before its pair is written.
    COMMIT_BEFORE_WRITING,
  }

  private final Random random;
  private final BatchOrder order;
  private final Credit credit;
  private final Fault fault;
  private final List<Log> clips = new ArrayList<>();
  private final List<Log> pairs = new ArrayList<>();
  private final List<Producer> producers = new ArrayList<>();
  private final List<Augmenter> augmenters = new ArrayList<>();
  private final List<Trainer> trainers = new ArrayList<>();

  StreamModel(Random random, BatchOrder order, Credit credit, int trainerCount, Fault fault) {
    this.random = random;
    this.order = order;
    this.credit = credit;
    this.fault = fault;
    for (int p = 0; p < order.partitions(); p++) {
      clips.add(new Log());
      pairs.add(new Log());
      augmenters.add(new Augmenter(p));
    }
    int shares = 1 + random.nextInt(order.partitions());
    for (int i = 0; i < shares; i++) {
      producers.add(new Producer(order.partitionsOf(i, shares)));
    }
    for (int t = 0; t < trainerCount; t++) {
      trainers.add(new Trainer());
    }
  }

  /// A partition: what was written, and how much of its beginning is deleted.
  private static final class Log {
    private final List<Long> records = new ArrayList<>();
    private int begin;

    /// Numbers that a process thought dead may still write.
    private final List<Long> late = new ArrayList<>();
  }

  /// Lets everybody take steps until every trainer has ended.
  ///
  /// @throws AssertionError if a rule of the product is broken, or if nothing moves any more
  void run() {
    for (long steps = 0; !trainers.stream().allMatch(Trainer::ended); steps++) {
      if (steps > 2_000L * order.total()) {
        throw new AssertionError("nothing moves any more: " + trainers);
      }
      step();
    }
    trainers.forEach(Trainer::requireEachOnceInOrder);
  }

  private void step() {
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> any(producers).send();
      case 3, 4, 5 -> any(augmenters).augment();
      case 6, 7, 8 -> any(trainers).train();
      case 9 -> disturb();
      case 10 -> lateWrite();
      default -> delete();
    }
  }

  private void disturb() {
    switch (random.nextInt(8)) {
      case 0 -> any(producers).startAgain();
      case 1 -> any(augmenters).startAgain();
      case 2 -> any(trainers).startAgain();
      case 3 -> any(augmenters).commit();
      default -> any(trainers).checkpoint();
    }
  }

  private void lateWrite() {
    Log log = any(random.nextBoolean() ? clips : pairs);
    if (!log.late.isEmpty()) {
      log.records.add(log.late.remove(random.nextInt(log.late.size())));
    }
  }

  /// Deletes what every trainer has committed, but the last record of each partition: pairs below
  /// the lowest committed offset, clips below the lowest committed number that are augmented.
  private void delete() {
    for (int p = 0; p < order.partitions(); p++) {
      int partition = p;
      var offsets = trainers.stream().mapToInt(t -> t.committedOffsets[partition]);
      int lowest =
          (fault == Fault.DELETE_BY_THE_FASTEST ? offsets.max() : offsets.min()).orElseThrow();
      Log out = pairs.get(p);
      out.begin = Math.max(out.begin, Math.min(lowest, out.records.size() - 1));
      Log in = clips.get(p);
      while (in.begin < Math.min(augmenters.get(p).committed, in.records.size() - 1)
          && in.records.get(in.begin) < lowestNext(p)) {
        in.begin++;
      }
    }
  }

  private long lowestNext(int partition) {
    var committed = trainers.stream().mapToLong(t -> order.nextAtLeast(partition, t.committed));
    return committed.min().orElseThrow();
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /// Makes its partitions' batches as far as the credit goes.
  private final class Producer {
    private final List<Integer> mine;
    private final long[] next;

    Producer(List<Integer> mine) {
      this.mine = mine;
      this.next = new long[order.partitions()];
      mine.forEach(p -> next[p] = order.first(p));
    }

    void send() {
      int p = any(mine);
      long lowest =
          trainers.stream().mapToLong(t -> order.nextAtLeast(p, t.committed)).min().orElseThrow();
      if (!order.finished(next[p]) && credit.maySend(next[p], lowest)) {
        Log log = clips.get(p);
        log.records.add(next[p]);
        if (random.nextInt(10) == 0) {
          // The same write once more, from a process that is thought dead.
          log.late.add(next[p]);
        }
        next[p] += order.partitions();
      }
    }

    /// Goes on after the highest number of each partition.
    void startAgain() {
      for (int p : mine) {
        long highest =
            clips.get(p).records.stream()
                .mapToLong(Long::longValue)
                .max()
                .orElse(p - order.partitions());
        next[p] = highest + order.partitions();
        if (fault == Fault.SKIP_AT_RESTART && !clips.get(p).records.isEmpty()) {
          next[p] += order.partitions();
        }
      }
    }
  }

  /// Passes on what it reads, at least once.
  private final class Augmenter {
    private final int partition;
    private int position;
    private int committed;

    Augmenter(int partition) {
      this.partition = partition;
    }

    void augment() {
      Log in = clips.get(partition);
      if (position < in.begin) {
        throw new AssertionError("what an augmenter still needs was deleted: " + partition);
      }
      if (position < in.records.size()) {
        if (fault == Fault.COMMIT_BEFORE_WRITING) {
          committed = position + 1;
          if (random.nextInt(20) == 0) {
            startAgain();
            return;
          }
        }
        long number = in.records.get(position++);
        Log out = pairs.get(partition);
        out.records.add(number);
        if (random.nextInt(10) == 0) {
          out.late.add(number);
        }
      }
    }

    void commit() {
      committed = position;
    }

    void startAgain() {
      position = committed;
    }
  }

  /// Trains on the batches by number, each once, and saves now and then.
  private final class Trainer {
    /// What the weights have seen; saved with them.
    private List<Long> trained = new ArrayList<>();

    private List<Long> saved = List.of();
    private long committed;
    private int[] committedOffsets = new int[order.partitions()];
    private int[] position = new int[order.partitions()];
    private List<PartitionCursor> cursors = cursors(0);
    private final TreeSet<Long> read = new TreeSet<>();

    private List<PartitionCursor> cursors(long next) {
      List<PartitionCursor> made = new ArrayList<>();
      for (int p = 0; p < order.partitions(); p++) {
        made.add(new PartitionCursor(order.partitions(), order.nextAtLeast(p, next)));
      }
      return made;
    }

    boolean ended() {
      return committed >= order.total();
    }

    void train() {
      if (ended()) {
        return;
      }
      int p = random.nextInt(order.partitions());
      Log log = pairs.get(p);
      if (position[p] < log.begin) {
        throw new AssertionError("what a trainer still needs was deleted: partition " + p);
      }
      if (position[p] < log.records.size()) {
        long number = log.records.get(position[p]++);
        if (cursors.get(p).offer(number) == PartitionCursor.Verdict.TAKE
            || fault == Fault.NO_CURSOR) {
          read.add(number);
        }
      }
      while (!read.isEmpty() && read.first() <= next()) {
        trained.add(read.pollFirst());
      }
      requireBounded(p);
      if (next() >= order.total()) {
        checkpoint();
      }
    }

    private long next() {
      return trained.size();
    }

    /// Saves, and only then commits: where every partition's next number lies.
    void checkpoint() {
      if (fault == Fault.COMMIT_BEFORE_SAVING) {
        commit(next());
        return;
      }
      saved = List.copyOf(trained);
      if (random.nextInt(10) > 0) {
        // Sometimes it dies between the two.
        commit(saved.size());
      }
      if (fault == Fault.NONE && committed > saved.size()) {
        throw new AssertionError("committed " + committed + ", saved " + saved.size());
      }
    }

    private void commit(long next) {
      committed = next;
      for (int p = 0; p < order.partitions(); p++) {
        long wanted = order.nextAtLeast(p, next);
        int offset = pairs.get(p).records.indexOf(wanted);
        committedOffsets[p] = offset < 0 ? position[p] : Math.min(offset, position[p]);
      }
    }

    /// Goes on from what was saved, reading from what was committed.
    void startAgain() {
      trained = new ArrayList<>(saved);
      read.clear();
      position = committedOffsets.clone();
      cursors = cursors(trained.size());
    }

    /// Never more first appearances above the lowest commit than the credit allows.
    private void requireBounded(int partition) {
      long lowest = lowestNext(partition);
      long above =
          pairs.get(partition).records.stream()
              .filter(number -> number >= lowest)
              .distinct()
              .count();
      if (above > credit.window()) {
        throw new AssertionError(above + " batches are buffered, more than " + credit.window());
      }
    }

    void requireEachOnceInOrder() {
      for (int i = 0; i < order.total(); i++) {
        if (trained.get(i) != i) {
          throw new AssertionError("step " + i + " saw batch " + trained.get(i));
        }
      }
    }

    @Override
    public String toString() {
      return "trained " + trained.size() + ", committed " + committed;
    }
  }
}
