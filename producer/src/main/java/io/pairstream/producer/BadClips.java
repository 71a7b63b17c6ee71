package io.pairstream.producer;

import io.pairstream.journal.JournalWriter;
import io.pairstream.journal.Message;
import io.pairstream.metrics.Metric;
import io.pairstream.metrics.Tally;
import io.pairstream.ops.ServiceException;
import io.pairstream.producer.load.LoadedBatch;
import io.pairstream.producer.load.LoadedBatch.Flaw;
import io.pairstream.run.Rejection;
import io.pairstream.run.RejectionLog;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Videos that cannot be used: each is told once, and too many of them end the run.
///
/// Used by one thread.
final class BadClips {
  private static final Logger LOG = LoggerFactory.getLogger(BadClips.class);

  private static final int MOST_CAUSES = 50;
  private static final String OTHER_CAUSES = "other causes";

  private final RejectionLog rejected;
  private final JournalWriter journal;
  private final Tally tally;
  private final double maxBadRatio;
  private final Set<String> told = new HashSet<>();
  private final Map<String, Long> causes = new TreeMap<>();
  private String part = "";
  private long bad;

  /// @param maxBadRatio the share of the clips of an epoch or a validation set that may be bad
  BadClips(RejectionLog rejected, JournalWriter journal, Tally tally, double maxBadRatio) {
    this.rejected = rejected;
    this.journal = journal;
    this.tally = tally;
    this.maxBadRatio = maxBadRatio;
  }

  /// Tells a clip that is left out from the start.
  void tell(String clipId, Path video, String cause) {
    if (told.add(clipId)) {
      LOG.warn("clip {} is left out: {} ({})", clipId, cause, video);
      rejected.add(new Rejection.Clip(clipId, video.toString(), cause));
      journal.post(new Message.LeftOut(clipId, cause));
      tally.add(Metric.REJECTED, 1);
      String kind = causes.containsKey(cause) || causes.size() < MOST_CAUSES ? cause : OTHER_CAUSES;
      causes.merge(kind, 1L, Long::sum);
    }
  }

  /// How many clips were left out, by cause.
  Map<String, Long> causes() {
    return Map.copyOf(causes);
  }

  /// Counts what a batch had to leave out.
  ///
  /// @param batchPart what it is a batch of, such as `epoch 3`; each part has the whole budget
  /// @param clips how many clips the part has
  /// @throws ServiceException (4) if more of the part is bad than may be
  void count(String batchPart, long clips, LoadedBatch batch) {
    if (!part.equals(batchPart)) {
      part = batchPart;
      bad = 0;
    }
    bad += batch.unusable().size();
    for (Flaw flaw : batch.unusable()) {
      tell(flaw.sample().clipId(), flaw.sample().video(), flaw.cause());
    }
    for (Flaw flaw : batch.damaged()) {
      if (told.add(flaw.sample().clipId())) {
        LOG.warn(
            "clip {} is damaged and used all the same: {} ({})",
            flaw.sample().clipId(),
            flaw.cause(),
            flaw.sample().video());
        tally.add(Metric.DAMAGED, 1);
      }
    }
    if (bad > maxBadRatio * clips) {
      throw ServiceException.badInput(
          "%d of the %d videos of %s cannot be used, more than --max-bad-ratio %s allows; RUN.rejected names them"
              .formatted(bad, clips, part, maxBadRatio));
    }
  }
}
