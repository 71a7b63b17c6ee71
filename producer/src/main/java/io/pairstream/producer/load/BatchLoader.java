package io.pairstream.producer.load;

import io.pairstream.crop.CropRule;
import io.pairstream.ops.ServiceException;
import io.pairstream.producer.sample.FrameSampling;
import io.pairstream.producer.video.VideoLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Makes batches on several threads and hands them out in the order of their plans, a bounded
/// number of bytes ahead.
///
/// [#load] belongs to one thread.
public final class BatchLoader implements AutoCloseable {
  /// More keep no thread busier: they would only be held in memory.
  private static final int MAX_BATCHES_AHEAD = 32;

  private final ClipFormat format;
  private final LoadingOptions options;
  private final ClipLoader clips;
  private final ExecutorService decoders;

  /// How batches are made.
  ///
  /// @param threads that decode, each a clip at a time
  /// @param lookAheadBytes of decoded frames; at least one batch is begun ahead all the same
  /// @param retryDelays how long to wait before each further attempt to read a file that cannot be
  ///   read at the moment
  public record LoadingOptions(int threads, long lookAheadBytes, List<Duration> retryDelays) {
    public static final long DEFAULT_LOOK_AHEAD_BYTES = 96L << 20;
    public static final List<Duration> DEFAULT_RETRY_DELAYS =
        List.of(Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(5));

    public LoadingOptions {
      retryDelays = List.copyOf(retryDelays);
      if (threads < 1 || lookAheadBytes < 0) {
        throw new IllegalArgumentException(
            "%d decoding threads, %d bytes ahead".formatted(threads, lookAheadBytes));
      }
    }

    /// One thread a core.
    public static LoadingOptions ofThreads(int threads) {
      return new LoadingOptions(threads, DEFAULT_LOOK_AHEAD_BYTES, DEFAULT_RETRY_DELAYS);
    }
  }

  /// Takes batches in the order of their plans.
  @FunctionalInterface
  public interface Visitor {
    void accept(LoadedBatch batch) throws InterruptedException;
  }

  /// Loads a clip of each video.
  ///
  /// @param limits what a video may ask for
  public BatchLoader(ClipFormat format, long seed, VideoLimits limits, LoadingOptions options) {
    this(format, new ClipLoader(ClipLoader.clips(format, seed), limits), options);
  }

  /// Loads all views of each video: one after the other they are a long clip, [views·T,H,W,3].
  ///
  /// @param limits what a video may ask for
  public static BatchLoader ofViews(TestViews views, VideoLimits limits, LoadingOptions options) {
    ClipFormat format =
        new ClipFormat(
            Math.multiplyExact(views.perVideo(), views.frames()),
            views.size(),
            // Neither is asked: frames and parts are the views' own.
            FrameSampling.EVEN,
            CropRule.WHOLE,
            false);
    return new BatchLoader(format, new ClipLoader(ClipLoader.views(views), limits), options);
  }

  private BatchLoader(ClipFormat format, ClipLoader clips, LoadingOptions options) {
    this.format = format;
    this.options = options;
    this.clips = clips;
    this.decoders =
        Executors.newFixedThreadPool(
            options.threads(), Thread.ofPlatform().name("decode-", 0).daemon().factory());
  }

  /// Makes all these batches and hands each to the visitor, in order.
  ///
  /// @throws ServiceException (3) if a file cannot be read, again and again
  public void load(Iterator<BatchPlan> plans, Visitor visitor) throws InterruptedException {
    Deque<BatchAssembly> ahead = new ArrayDeque<>();
    long aheadBytes = 0;
    while (plans.hasNext() || !ahead.isEmpty()) {
      while (plans.hasNext() && (ahead.size() < 2 || !enough(ahead.size(), aheadBytes))) {
        BatchAssembly begun = begin(plans.next());
        ahead.addLast(begun);
        aheadBytes += begun.frames().length;
      }
      BatchAssembly next = ahead.removeFirst();
      aheadBytes -= next.frames().length;
      visitor.accept(finish(next));
    }
  }

  private boolean enough(int batches, long bytes) {
    return batches >= MAX_BATCHES_AHEAD || bytes >= options.lookAheadBytes();
  }

  private BatchAssembly begin(BatchPlan plan) {
    long bytesPerVideo = format.clipsPerVideo(plan.use()) * format.roomPerClip(plan.use());
    int n = plan.samples().size();
    byte[] frames = new byte[Math.toIntExact(n * bytesPerVideo)];
    List<Future<LoadedClip>> loading = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      int place = i;
      loading.add(
          decoders.submit(() -> loadPatiently(plan, place, frames, (int) (place * bytesPerVideo))));
    }
    return new BatchAssembly(plan, format, frames, loading);
  }

  private LoadedClip loadPatiently(BatchPlan plan, int place, byte[] frames, int offset)
      throws IOException, InterruptedException {
    for (Duration delay : options.retryDelays()) {
      try {
        return clips.load(plan, place, frames, offset);
      } catch (IOException e) {
        Thread.sleep(delay);
      }
    }
    return clips.load(plan, place, frames, offset);
  }

  private static LoadedBatch finish(BatchAssembly assembly) throws InterruptedException {
    try {
      return assembly.finish();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io ->
            throw ServiceException.environment(String.valueOf(io.getMessage()), io);
        case RuntimeException bug -> throw bug;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException("a decoding thread ended", e);
      }
    }
  }

  /// Ends the decoding threads, and waits for them: none may decode after the libraries are gone.
  @Override
  public void close() {
    decoders.shutdownNow();
    boolean interrupted = false;
    while (true) {
      try {
        if (decoders.awaitTermination(1, java.util.concurrent.TimeUnit.MINUTES)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
