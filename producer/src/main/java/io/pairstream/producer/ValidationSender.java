package io.pairstream.producer;

import io.pairstream.clip.BatchId;
import io.pairstream.ops.ServiceException;
import io.pairstream.producer.dataset.Sample;
import io.pairstream.producer.dataset.ValidationVideos;
import io.pairstream.producer.load.BatchLoader;
import io.pairstream.producer.load.BatchPlan;
import io.pairstream.run.RunSpec;
import io.pairstream.run.ValidationSet;
import io.pairstream.wire.ClipBatchSerde;
import io.pairstream.wire.RecordHeaders.ValidationHeader;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// Sends the validation sets before anything else, one after the other, outside the credit. They
/// stay: every trainer reads them as often as it evaluates.
final class ValidationSender {
  private final List<Part> parts = new ArrayList<>();

  /// One batch of a set.
  private record Part(
      ValidationVideos clips, ValidationHeader set, long setBatches, BatchPlan plan) {}

  ValidationSender(List<ValidationVideos> sets, int clipsPerBatch) {
    for (ValidationVideos set : sets) {
      ValidationHeader header = new ValidationHeader(set.name(), sets.size());
      long batches = batches(set, clipsPerBatch);
      for (int b = 0; b < batches; b++) {
        List<Sample> samples =
            set.samples()
                .subList(
                    b * clipsPerBatch, Math.min(set.samples().size(), (b + 1) * clipsPerBatch));
        BatchPlan plan = new BatchPlan(new BatchId(0, b), samples, BatchPlan.Use.VALIDATION);
        parts.add(new Part(set, header, batches, plan));
      }
    }
  }

  /// What the run declares of the sets.
  static List<ValidationSet> declare(List<ValidationVideos> sets, int clipsPerBatch) {
    return sets.stream()
        .map(
            set -> new ValidationSet(set.name(), set.samples().size(), batches(set, clipsPerBatch)))
        .toList();
  }

  private static long batches(ValidationVideos set, int clipsPerBatch) {
    return (set.samples().size() + clipsPerBatch - 1L) / clipsPerBatch;
  }

  /// Refuses sets that would take more room than they may.
  ///
  /// @throws ServiceException (2) saying how much they would take
  static void requireRoom(RunSpec spec, long maxValidationBytes) {
    long bytes = 0;
    long bytesPerClip =
        ClipBatchSerde.dataBytes(spec.content().batchShape()) / spec.content().clipsPerBatch();
    for (ValidationSet set : spec.content().validation()) {
      bytes += set.clips() * bytesPerClip;
    }
    if (bytes > maxValidationBytes) {
      throw ServiceException.usage(
          "the validation sets take %d bytes, more than --max-validation-bytes %d"
              .formatted(bytes, maxValidationBytes));
    }
  }

  /// Sends what is not there yet.
  ///
  /// @param last the last batch that is
  void send(
      Optional<ResumePoints.Last> last, BatchLoader loader, ClipSender sender, BadClips badClips)
      throws InterruptedException {
    Iterator<Part> sending = parts.subList(done(last), parts.size()).iterator();
    Iterator<BatchPlan> plans =
        parts.subList(done(last), parts.size()).stream().map(Part::plan).iterator();
    loader.load(
        plans,
        batch -> {
          Part part = sending.next();
          String name = "validation set " + part.set().set();
          badClips.count(name, part.clips().samples().size(), batch);
          sender.sendValidation(part.set(), part.setBatches(), batch);
        });
  }

  /// How many batches are there, given the last one.
  private int done(Optional<ResumePoints.Last> last) {
    if (last.isEmpty()) {
      return 0;
    }
    String key = last.get().headers().key();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      if (key.equals(part.set().set() + "/" + part.plan().id().batch())) {
        return i + 1;
      }
    }
    return 0;
  }
}
