package io.pairstream.producer.load;

import io.pairstream.clip.DType;
import io.pairstream.clip.FrameBatch;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.crop.Size;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/// Frames of several sizes, moved together until each has as much room as the largest needs.
final class UncroppedFrames {
  private final int framesPerClip;
  private final List<Size> sizes = new ArrayList<>();
  private final List<Integer> places = new ArrayList<>();

  UncroppedFrames(int framesPerClip) {
    this.framesPerClip = framesPerClip;
  }

  /// Adds the next clip.
  ///
  /// @param place in the batch's plan
  void add(int place, Size size) {
    places.add(place);
    sizes.add(size);
  }

  /// The frames of all clips.
  ///
  /// @param frames one clip after the other; what is behind the last one is overwritten
  /// @param room bytes from one frame's start to the next one's
  FrameBatch.Frames packed(byte[] frames, int room) {
    int clips = sizes.size();
    int pixels = sizes.stream().mapToInt(size -> size.width() * size.height()).max().orElseThrow();
    int packedRoom = 3 * pixels;
    for (int frame = 0; frame < clips * framesPerClip; frame++) {
      Size size = sizes.get(frame / framesPerClip);
      int bytes = 3 * size.width() * size.height();
      int to = frame * packedRoom;
      // Never to the right: what is still to be moved stays whole.
      System.arraycopy(frames, frame * room, frames, to, bytes);
      Arrays.fill(frames, to + bytes, to + packedRoom, (byte) 0);
    }
    Shape shape = Shape.of(clips, framesPerClip, pixels, 3);
    MemorySegment used = MemorySegment.ofArray(frames).asSlice(0, shape.elements());
    return new FrameBatch.Frames(
        new Tensor(DType.U8, shape, used),
        Tensor.ofLongs(
            Shape.of(clips, 2),
            sizes.stream().flatMapToLong(s -> LongStream.of(s.height(), s.width())).toArray()),
        Tensor.ofLongs(Shape.of(clips), places.stream().mapToLong(Integer::longValue).toArray()));
  }
}
