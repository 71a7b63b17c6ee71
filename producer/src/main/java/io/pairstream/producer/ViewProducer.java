package io.pairstream.producer;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.ops.ServiceException;
import io.pairstream.producer.dataset.Dataset;
import io.pairstream.producer.dataset.DatasetOptions;
import io.pairstream.producer.dataset.DatasetReader;
import io.pairstream.producer.dataset.Sample;
import io.pairstream.producer.dataset.ValidationVideos;
import io.pairstream.producer.load.BatchLoader;
import io.pairstream.producer.load.BatchPlan;
import io.pairstream.producer.load.LoadedBatch;
import io.pairstream.producer.load.TestViews;
import io.pairstream.wire.ViewMessage;
import io.pairstream.wire.ViewStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// Makes the views that a test shows of a dataset's videos, in the dataset's order.
public final class ViewProducer {
  /// What is tested besides the validation sets by their names.
  public static final String TRAINING = "training";

  public static final String ALL = "all";

  /// A message holds about this many bytes of pixels, or one video.
  private static final long MESSAGE_BYTES = 16L << 20;

  private static final int MAX_VIDEOS = 32;

  private final ViewOptions options;

  /// @param dataset which videos
  /// @param part [#TRAINING], [#ALL], which is training and the dataset's own validation, or the
  ///   name of a validation set
  /// @param views what is shown of each
  /// @param loading how they are decoded
  public record ViewOptions(
      DatasetOptions dataset, String part, TestViews views, BatchLoader.LoadingOptions loading) {}

  public ViewProducer(ViewOptions options) {
    this.options = options;
  }

  /// Sends everything.
  ///
  /// @throws ServiceException (2) if the dataset cannot be used or has no such part, (3) if a file
  ///   cannot be read
  /// @throws IOException if nobody reads
  public void run(ViewStream.Writer out) throws IOException, InterruptedException {
    Dataset dataset = dataset();
    List<Sample> samples = part(dataset);
    out.write(
        new ViewMessage.Header(
            dataset.classNames(),
            samples.size(),
            dataset.leftOut().size(),
            options.views().perVideo()));
    try (BatchLoader loader =
        BatchLoader.ofViews(options.views(), options.dataset().limits(), options.loading())) {
      loader.load(plans(samples).iterator(), batch -> send(out, batch));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    out.write(new ViewMessage.End());
  }

  private Dataset dataset() {
    try {
      return DatasetReader.detect(options.dataset()).read();
    } catch (IOException e) {
      throw ServiceException.environment(
          "dataset " + options.dataset().path() + " cannot be read: " + e.getMessage(), e);
    }
  }

  private List<Sample> part(Dataset dataset) {
    List<Sample> samples = new ArrayList<>();
    List<String> parts = new ArrayList<>(List.of(TRAINING, ALL));
    if (options.part().equals(TRAINING) || options.part().equals(ALL)) {
      samples.addAll(dataset.training());
    }
    String set = options.part().equals(ALL) ? ValidationVideos.OWN : options.part();
    for (ValidationVideos clips : dataset.validationSets()) {
      parts.add(clips.name());
      if (clips.name().equals(set)) {
        samples.addAll(clips.samples());
      }
    }
    if (samples.isEmpty()) {
      throw ServiceException.usage(
          "dataset %s has no part '%s'; there are %s"
              .formatted(options.dataset().path(), options.part(), String.join(", ", parts)));
    }
    return samples;
  }

  private List<BatchPlan> plans(List<Sample> samples) {
    int videos = (int) Math.clamp(MESSAGE_BYTES / options.views().bytesPerVideo(), 1, MAX_VIDEOS);
    List<BatchPlan> plans = new ArrayList<>();
    for (int from = 0; from < samples.size(); from += videos) {
      plans.add(
          new BatchPlan(
              new BatchId(0, plans.size()),
              samples.subList(from, Math.min(samples.size(), from + videos)),
              BatchPlan.Use.VALIDATION));
    }
    return plans;
  }

  private void send(ViewStream.Writer out, LoadedBatch batch) {
    try {
      for (LoadedBatch.Flaw flaw : batch.unusable()) {
        out.write(message(flaw, false));
      }
      for (LoadedBatch.Flaw flaw : batch.damaged()) {
        out.write(message(flaw, true));
      }
      if (batch.clips().isPresent()) {
        out.write(new ViewMessage.Views(views(batch.clips().get())));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ViewMessage.Flaw message(LoadedBatch.Flaw flaw, boolean used) {
    Sample sample = flaw.sample();
    return new ViewMessage.Flaw(sample.clipId(), sample.video().toString(), flaw.cause(), used);
  }

  /// The videos [N,views·T,H,W,3] as their views [N·views,T,H,W,3]: the same bytes.
  private ClipBatch views(ClipBatch videos) {
    int each = options.views().perVideo();
    int rows = videos.clips() * each;
    int frames = options.views().frames();
    Shape shape = videos.frames().shape();
    List<String> ids =
        videos.clipIds().stream().flatMap(id -> Collections.nCopies(each, id).stream()).toList();
    long[] labels =
        IntStream.range(0, rows).mapToLong(row -> videos.label().longAt(row / each)).toArray();
    return new ClipBatch(
        videos.id(),
        new Tensor(
            videos.frames().dtype(),
            Shape.of(rows, frames, shape.dim(2), shape.dim(3), 3),
            videos.frames().data()),
        Tensor.ofLongs(Shape.of(rows), labels),
        new Tensor(videos.frameIndex().dtype(), Shape.of(rows, frames), videos.frameIndex().data()),
        ids,
        new ClipBatch.Lineage(videos.lineage().producerVersion(), options.views().text()));
  }
}
