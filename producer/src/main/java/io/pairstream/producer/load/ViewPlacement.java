package io.pairstream.producer.load;

import io.pairstream.crop.FrameResizer;
import io.pairstream.crop.Size;
import io.pairstream.producer.video.RgbFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Puts the frames of all views of one video in their places, [views,T,H,W,3]: the video is decoded
/// once, whatever the number of views.
final class ViewPlacement implements Placement {
  private final TestViews views;
  private final byte[] target;
  private final int offset;
  private List<FrameResizer> resizers = List.of();

  /// Where each frame that was asked for goes, in clips × T.
  private FrameOrder order = FrameOrder.of(new int[0]);

  ViewPlacement(TestViews views, byte[] target, int offset) {
    this.views = views;
    this.target = target;
    this.offset = offset;
  }

  @Override
  public int[] choose(int frames) {
    int[] wanted =
        views.sampling().clips(frames, views.frames(), views.clips()).stream()
            .flatMapToInt(IntStream::of)
            .toArray();
    order = FrameOrder.of(wanted);
    return order.ascending();
  }

  @Override
  public void accept(int place, RgbFrame rgb) {
    if (resizers.isEmpty()) {
      resizers =
          views.crop().views(new Size(rgb.width(), rgb.height()), views.size()).stream()
              .map(FrameResizer::new)
              .toList();
    }
    int clip = order.places().get(place) / views.frames();
    int frame = order.places().get(place) % views.frames();
    for (int crop = 0; crop < resizers.size(); crop++) {
      FrameResizer resizer = resizers.get(crop);
      int row = (clip * resizers.size() + crop) * views.frames() + frame;
      resizer.resize(rgb.rgb(), rgb.stride(), target, offset + row * resizer.bytesPerFrame());
    }
  }

  @Override
  public Size written() {
    return views.size();
  }

  @Override
  public List<Integer> index(List<Integer> handedOut) {
    List<Integer> ofClips = order.byPlace(handedOut);
    List<Integer> index = new ArrayList<>();
    for (int clip = 0; clip < views.clips(); clip++) {
      List<Integer> own = ofClips.subList(clip * views.frames(), (clip + 1) * views.frames());
      for (int crop = 0; crop < views.crop().crops(); crop++) {
        index.addAll(own);
      }
    }
    return index;
  }
}
