package io.pairstream.producer.load;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;
import io.pairstream.producer.dataset.Sample;
import java.util.ArrayList;
import java.util.List;

/// The order in which an epoch shows the training videos: a permutation drawn from seed and epoch,
/// cut into batches, the last one smaller.
public final class EpochOrder {
  private final long epoch;
  private final List<Sample> samples;
  private final int videosPerBatch;
  private final int[] order;

  private EpochOrder(long epoch, List<Sample> samples, int videosPerBatch, int[] order) {
    this.epoch = epoch;
    this.samples = samples;
    this.videosPerBatch = videosPerBatch;
    this.order = order;
  }

  public static EpochOrder of(long seed, long epoch, List<Sample> samples, int videosPerBatch) {
    int[] order = CounterRandom.of(seed, epoch, "order").permutation(samples.size());
    return new EpochOrder(epoch, samples, videosPerBatch, order);
  }

  public long epoch() {
    return epoch;
  }

  public BatchPlan batch(long batch) {
    int from = Math.toIntExact(batch * videosPerBatch);
    int to = Math.min(order.length, from + videosPerBatch);
    List<Sample> chosen = new ArrayList<>();
    for (int i = from; i < to; i++) {
      chosen.add(samples.get(order[i]));
    }
    return new BatchPlan(new BatchId(epoch, batch), chosen, BatchPlan.Use.TRAINING);
  }
}
