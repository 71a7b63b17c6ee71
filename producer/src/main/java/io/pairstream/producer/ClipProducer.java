package io.pairstream.producer;

import io.pairstream.clip.BatchId;
import io.pairstream.producer.dataset.Sample;
import io.pairstream.producer.load.BatchLoader;
import io.pairstream.producer.load.BatchPlan;
import io.pairstream.producer.load.EpochOrder;
import io.pairstream.run.BatchOrder;
import io.pairstream.run.RunSpec;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.stream.LongStream;

/// Streams a dataset: for each batch of each epoch decode, sample, crop, send.
///
/// [BatchLoader] does the first three on several threads, ahead of need, and hands out whole
/// batches in order; [ClipSender] does the last.
///
/// Batches go out in the order of their numbers. Number n lies in partition n mod P, and is sent
/// when fewer than W batches of that partition lie before the slowest trainer ([FlowControl]). A
/// restarted producer goes on in each partition after the last batch that is there; the batches are
/// the same ones, because all randomness is a function of seed, epoch, batch and clip.
final class ClipProducer {
  private final RunSpec spec;
  private final BatchOrder order;
  private final List<Sample> training;
  private final int videosPerBatch;
  private final List<Long> next;

  /// @param training the dataset's training videos
  /// @param videosPerBatch how many of them a full batch shows
  /// @param next by partition, the number of the first batch that is not there yet; of a partition
  ///   that is another producer's, a number beyond the run
  ClipProducer(RunSpec spec, List<Sample> training, int videosPerBatch, List<Long> next) {
    this.spec = spec;
    this.order = spec.order();
    this.training = training;
    this.videosPerBatch = videosPerBatch;
    this.next = List.copyOf(next);
  }

  /// Makes and sends everything that is not there yet. When it returns, the broker has it all and
  /// the journal tells of it.
  void run(BatchLoader loader, FlowControl flow, ClipSender sender, BadClips badClips)
      throws InterruptedException {
    loader.load(
        plans(),
        batch -> {
          badClips.count("epoch " + batch.plan().id().epoch(), training.size(), batch);
          long number = order.number(batch.plan().id());
          if (!flow.maySend(number)) {
            // A long wait: what the broker has meanwhile is told to the journal first.
            sender.settle();
            flow.awaitCredit(number);
          }
          sender.send(number, order.partition(number), batch);
        });
    sender.settle();
  }

  /// How many batches [#run] will make.
  long remaining() {
    return numbers().count();
  }

  private LongStream numbers() {
    long first = next.stream().mapToLong(Long::longValue).min().orElse(order.total());
    return LongStream.range(Math.min(first, order.total()), order.total())
        .filter(number -> number >= next.get(order.partition(number)));
  }

  /// Which clips each batch that is still to be made consists of.
  Iterator<BatchPlan> plans() {
    PrimitiveIterator.OfLong numbers = numbers().iterator();
    return new Iterator<>() {
      private Optional<EpochOrder> current = Optional.empty();

      @Override
      public boolean hasNext() {
        return numbers.hasNext();
      }

      @Override
      public BatchPlan next() {
        if (!numbers.hasNext()) {
          throw new NoSuchElementException();
        }
        BatchId id = order.id(numbers.nextLong());
        EpochOrder epoch =
            current.filter(same -> same.epoch() == id.epoch()).orElseGet(() -> draw(id.epoch()));
        current = Optional.of(epoch);
        return epoch.batch(id.batch());
      }
    };
  }

  private EpochOrder draw(long epoch) {
    return EpochOrder.of(spec.content().seed(), epoch, training, videosPerBatch);
  }
}
