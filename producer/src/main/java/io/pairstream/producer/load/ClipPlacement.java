package io.pairstream.producer.load;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;
import io.pairstream.crop.FrameResizer;
import io.pairstream.crop.FrameView;
import io.pairstream.crop.Size;
import io.pairstream.producer.video.RgbFrame;
import java.util.List;
import java.util.Optional;

/// Puts the chosen frames of one clip, [T,H,W,3], in their place.
final class ClipPlacement implements Placement {
  private final ClipFormat format;
  private final long seed;
  private final BatchPlan plan;
  private final int place;
  private final byte[] target;
  private final int offset;
  private Optional<FrameResizer> resizer = Optional.empty();

  ClipPlacement(
      ClipFormat format, long seed, BatchPlan plan, int place, byte[] target, int offset) {
    this.format = format;
    this.seed = seed;
    this.plan = plan;
    this.place = place;
    this.target = target;
    this.offset = offset;
  }

  @Override
  public int[] choose(int frames) {
    return switch (plan.use()) {
      case TRAINING ->
          format.sampling().training(frames, format.frames(), random(plan.id(), "sampling"));
      case VALIDATION -> format.sampling().validation(frames, format.frames());
    };
  }

  @Override
  public void accept(int frame, RgbFrame rgb) {
    FrameResizer one =
        resizer.orElseGet(() -> new FrameResizer(view(new Size(rgb.width(), rgb.height()))));
    resizer = Optional.of(one);
    one.resize(rgb.rgb(), rgb.stride(), target, offset + frame * one.bytesPerFrame());
  }

  @Override
  public List<Integer> index(List<Integer> handedOut) {
    return handedOut;
  }

  private FrameView view(Size frame) {
    return switch (plan.use()) {
      case TRAINING -> {
        FrameView view = format.crop().training(frame, format.size(), random(plan.id(), "crop"));
        boolean mirrored = format.flip() && random(plan.id(), "flip").nextDouble() < 0.5;
        yield mirrored ? view.mirror() : view;
      }
      case VALIDATION -> format.crop().validation(frame, format.size());
    };
  }

  private CounterRandom random(BatchId id, String purpose) {
    return CounterRandom.of(seed, id, place, purpose);
  }
}
