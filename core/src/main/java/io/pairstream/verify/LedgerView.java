package io.pairstream.verify;

import io.pairstream.clip.BatchId;
import io.pairstream.run.LedgerEntry;
import io.pairstream.run.LedgerEntry.Service;
import io.pairstream.run.RunSpec;
import io.pairstream.verify.Finding.Disagreement;
import io.pairstream.verify.Finding.Missing;
import io.pairstream.verify.Finding.TrainedTwice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The lines of a run's ledger, by who wrote them and by batch.
final class LedgerView {
  private final RunSpec spec;
  private final Map<String, Map<BatchId, List<LedgerEntry>>> lines = new TreeMap<>();

  LedgerView(RunSpec spec) {
    this.spec = spec;
  }

  /// Takes a line; lines of another run are left out.
  void add(LedgerEntry entry) {
    if (entry.runId().equals(spec.runId())) {
      lines
          .computeIfAbsent(entry.key(), key -> new HashMap<>())
          .computeIfAbsent(entry.id(), id -> new ArrayList<>())
          .add(entry);
    }
  }

  /// How many lines of a kind of service tell of a batch.
  int told(Service service, BatchId id) {
    return ofService(service).values().stream()
        .mapToInt(byBatch -> byBatch.getOrDefault(id, List.of()).size())
        .sum();
  }

  /// The checksums that a kind of service tells for a batch.
  Set<Long> checksums(Service service, BatchId id) {
    Set<Long> checksums = new HashSet<>();
    for (Map<BatchId, List<LedgerEntry>> byBatch : ofService(service).values()) {
      byBatch.getOrDefault(id, List.of()).forEach(entry -> checksums.add(entry.crc32c()));
    }
    return checksums;
  }

  /// Every batch must have a line of the producer, of the augmenter if it writes any, and of each
  /// trainer exactly one.
  List<Finding> check() {
    List<Finding> findings = new ArrayList<>();
    boolean augmenterTells = !ofService(Service.AUGMENTER).isEmpty();
    for (long number = 0; number < spec.order().total(); number++) {
      BatchId id = spec.order().id(number);
      if (told(Service.PRODUCER, id) == 0) {
        findings.add(new Missing("producer", id));
      }
      if (augmenterTells && told(Service.AUGMENTER, id) == 0) {
        findings.add(new Missing("augmenter", id));
      }
      for (String trainer : spec.trainers()) {
        String who = Service.TRAINER.text() + "/" + trainer;
        int times = lines.getOrDefault(who, Map.of()).getOrDefault(id, List.of()).size();
        if (times == 0) {
          findings.add(new Missing(who, id));
        } else if (times > 1) {
          findings.add(new TrainedTwice(who, id, times));
        }
      }
      Set<Long> made = checksums(Service.AUGMENTER, id);
      Set<Long> trained = checksums(Service.TRAINER, id);
      if (trained.size() > 1 || !(made.isEmpty() || made.containsAll(trained))) {
        findings.add(
            new Disagreement(
                id, "the augmenter tells of crc32c " + made + ", trainers of " + trained));
      }
    }
    return findings;
  }

  /// The trainers' lines.
  List<LedgerEntry> trained(String trainer) {
    return lines.getOrDefault(Service.TRAINER.text() + "/" + trainer, Map.of()).values().stream()
        .map(List::getFirst)
        .toList();
  }

  private Map<String, Map<BatchId, List<LedgerEntry>>> ofService(Service service) {
    Map<String, Map<BatchId, List<LedgerEntry>>> found = new HashMap<>();
    lines.forEach((key, byBatch) -> {
      if (key.startsWith(service.text() + "/")) {
        found.put(key, byBatch);
      }
    });
    return found;
  }
}
