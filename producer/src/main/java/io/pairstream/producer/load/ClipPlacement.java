package io.pairstream.producer.load;

import io.pairstream.clip.CounterRandom;
import io.pairstream.crop.FrameResizer;
import io.pairstream.crop.FrameView;
import io.pairstream.crop.Size;
import io.pairstream.producer.video.RgbFrame;
import java.util.List;
import java.util.stream.IntStream;

/// Puts the chosen frames of one video in their place: one clip, [T,H,W,3], or as many as the
/// format repeats it, each with a crop and a flip of its own.
final class ClipPlacement implements Placement {
  private final ClipFormat format;
  private final long seed;
  private final BatchPlan plan;
  private final int repeats;

  /// The batch's row of the first clip.
  private final int row;

  private final byte[] target;
  private final int offset;
  private FrameOrder order = FrameOrder.of(new int[0]);
  private List<FrameResizer> resizers = List.of();
  private Size written;

  /// @param place of the video in the plan
  ClipPlacement(
      ClipFormat format, long seed, BatchPlan plan, int place, byte[] target, int offset) {
    this.format = format;
    this.seed = seed;
    this.plan = plan;
    this.repeats = format.clipsPerVideo(plan.use());
    this.row = place * repeats;
    this.target = target;
    this.offset = offset;
    this.written = format.size();
  }

  @Override
  public int[] choose(int frames) {
    order =
        FrameOrder.of(
            switch (plan.use()) {
              case TRAINING ->
                  format.sampling().training(frames, format.frames(), random(row, "sampling"));
              case VALIDATION -> format.sampling().validation(frames, format.frames());
            });
    return order.ascending();
  }

  @Override
  public void accept(int place, RgbFrame rgb) {
    Size size = new Size(rgb.width(), rgb.height());
    if (resizers.isEmpty()) {
      format.uncropped(plan.use()).ifPresent(sent -> written = sent.of(size));
      resizers =
          IntStream.range(row, row + repeats)
              .mapToObj(clip -> new FrameResizer(view(size, clip)))
              .toList();
    }
    int first = order.places().get(place);
    boolean whole = format.uncropped(plan.use()).isPresent() && written.equals(size);
    for (int clip = 0; clip < repeats; clip++) {
      int frame = clip * format.frames() + first;
      int at = offset + frame * (int) format.roomPerFrame(plan.use());
      if (whole) {
        // What resizing would give, for less.
        rgb.copyTo(target, at);
      } else {
        resizers.get(clip).resize(rgb.rgb(), rgb.stride(), target, at);
      }
    }
  }

  @Override
  public Size written() {
    return written;
  }

  @Override
  public List<Integer> index(List<Integer> handedOut) {
    return order.byPlace(handedOut);
  }

  private FrameView view(Size frame, int clip) {
    return switch (plan.use()) {
      case TRAINING ->
          format.uncropped(plan.use()).isPresent()
              ? FrameView.whole(frame, written)
              : format.crops().training(frame, format.size(), purpose -> random(clip, purpose));
      case VALIDATION -> format.crops().rule().validation(frame, format.size());
    };
  }

  private CounterRandom random(int clip, String purpose) {
    return CounterRandom.of(seed, plan.id(), clip, purpose);
  }
}
