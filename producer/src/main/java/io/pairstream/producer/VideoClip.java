package io.pairstream.producer;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.DType;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.crop.FrameResizer;
import io.pairstream.crop.FrameView;
import io.pairstream.crop.Size;
import io.pairstream.ops.ServiceException;
import io.pairstream.producer.video.FrameSource;
import io.pairstream.producer.video.RgbFrame;
import io.pairstream.producer.video.SampledFrames;
import io.pairstream.producer.video.Scaling;
import io.pairstream.producer.video.VideoException;
import io.pairstream.producer.video.VideoLimits;
import io.pairstream.producer.video.VideoReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// One video, a file or a folder of frames, as a clip to look at: frames from all over it, whole,
/// small.
public final class VideoClip {
  /// Looking at one video is no risk: 8K and more will do.
  private static final VideoReader.ReadingOptions OPTIONS =
      new VideoReader.ReadingOptions(VideoLimits.DEFAULT.withMaxPixels(1L << 26), Scaling.EXACT);

  private VideoClip() {}

  /// Reads the middle frame of each of so many equal parts.
  ///
  /// @param frames T, at least 1
  /// @param shortSide what the short side is shrunk to, in pixels; a smaller video stays as it is
  /// @return a batch of one clip
  /// @throws ServiceException (2) if there is no such file, (4) if it is no video
  public static ClipBatch read(Path file, int frames, int shortSide) {
    if (!Files.isRegularFile(file) && !Files.isDirectory(file)) {
      throw ServiceException.usage("there is no video '" + file + "'");
    }
    try (FrameSource source = FrameSource.open(file, OPTIONS)) {
      Shrinking shrinking = new Shrinking(frames, shortSide);
      SampledFrames sampled =
          source.sample(count -> middles(count, frames), shrinking::put, OptionalInt.empty());
      long[] index = sampled.index().stream().mapToLong(Integer::longValue).toArray();
      return batch(shrinking.clip(), Tensor.ofLongs(Shape.of(1, frames), index), file.toString());
    } catch (VideoException e) {
      throw ServiceException.badInput("video '" + file + "': " + e.getMessage());
    } catch (IOException e) {
      throw ServiceException.environment(
          "video '" + file + "' cannot be read: " + e.getMessage(), e);
    }
  }

  /// A clip as a batch of one.
  ///
  /// @param clip U8 [1,T,H,W,3]
  /// @param frameIndex I64 [1,T]
  public static ClipBatch batch(Tensor clip, Tensor frameIndex, String name) {
    return new ClipBatch(
        new BatchId(0, 0),
        clip,
        Tensor.ofLongs(Shape.of(1), 0),
        frameIndex,
        List.of(name),
        new ClipBatch.Lineage("", "middle"));
  }

  private static int[] middles(int count, int frames) {
    int[] wanted = new int[frames];
    for (int i = 0; i < frames; i++) {
      wanted[i] = (int) ((2L * i + 1) * count / (2L * frames));
    }
    return wanted;
  }

  /// Takes frames and makes them small.
  private static final class Shrinking {
    private final int frames;
    private final int shortSide;
    private @Nullable FrameResizer resizer;
    private Size size = new Size(1, 1);
    private byte[] clip = {};

    Shrinking(int frames, int shortSide) {
      this.frames = frames;
      this.shortSide = shortSide;
    }

    void put(int place, RgbFrame frame) {
      FrameResizer shrinker = resizer;
      if (shrinker == null) {
        double scale = Math.min(1, (double) shortSide / Math.min(frame.width(), frame.height()));
        size =
            new Size(
                (int) Math.max(1, Math.round(frame.width() * scale)),
                (int) Math.max(1, Math.round(frame.height() * scale)));
        shrinker = new FrameResizer(FrameView.whole(new Size(frame.width(), frame.height()), size));
        resizer = shrinker;
        clip = new byte[Math.multiplyExact(frames, shrinker.bytesPerFrame())];
      }
      shrinker.resize(frame.rgb(), frame.stride(), clip, place * shrinker.bytesPerFrame());
    }

    Tensor clip() {
      Shape shape = Shape.of(1, frames, size.height(), size.width(), 3);
      return new Tensor(DType.U8, shape, MemorySegment.ofArray(clip));
    }
  }
}
