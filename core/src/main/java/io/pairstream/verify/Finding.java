package io.pairstream.verify;

import io.pairstream.clip.BatchId;

/// Something that is not as it should be, with the place where it was found.
public sealed interface Finding {
  /// What it is, for a person.
  String sentence();

  /// A batch that a service never told of.
  ///
  /// @param who `service/name`
  record Missing(String who, BatchId id) implements Finding {
    @Override
    public String sentence() {
      return "missing: batch " + id + " has no line of " + who + " in the journal";
    }
  }

  /// A batch that a trainer told of more than once.
  record TrainedTwice(String who, BatchId id, int times) implements Finding {
    @Override
    public String sentence() {
      return "duplicate: batch " + id + " was trained on " + times + " times by " + who;
    }
  }

  /// A further record of a batch that its writer did not tell of. Trainers drop such a copy.
  record UntoldCopy(Place place, BatchId id) implements Finding {
    @Override
    public String sentence() {
      return "duplicate: " + place + " is a copy of batch " + id + " that no service told of";
    }
  }

  /// A first appearance that leaves batches of its partition out.
  record Gap(Place place, BatchId expected, BatchId found) implements Finding {
    @Override
    public String sentence() {
      return "gap: " + place + " is batch " + found + ", and " + expected + " has not appeared";
    }
  }

  /// A record that cannot be read, or whose bytes are not those that the journal tells of.
  record Corrupt(Place place, String cause) implements Finding {
    @Override
    public String sentence() {
      return "corrupt: " + place + ": " + cause;
    }
  }

  /// Two services tell of different bytes for the same batch.
  record Disagreement(BatchId id, String cause) implements Finding {
    @Override
    public String sentence() {
      return "corrupt: batch " + id + ": " + cause;
    }
  }

  /// Where a record lies.
  record Place(String topic, int partition, long offset) {
    @Override
    public String toString() {
      return topic + "-" + partition + " offset " + offset;
    }
  }
}
