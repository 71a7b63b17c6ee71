package io.pairstream.producer.video;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads a video that lies as a folder of numbered JPEG or PNG images, one a frame. Only the chosen
/// ones are read.
///
/// Frames of varying size are brought to the size of the first one that is handed out. For an image
/// that cannot be decoded the video's first one stands in, as in the reference, and the damage is
/// told.
public final class FrameFolder implements FrameSource {
  /// What an image file may have beside four bytes a pixel.
  private static final long HEADER_BYTES = 1 << 20;

  private final Path folder;
  private final VideoReader.ReadingOptions options;
  private final List<String> names;
  private final ImageDecoder decoder;
  private Optional<FrameConverter> converter = Optional.empty();

  private FrameFolder(Path folder, VideoReader.ReadingOptions options, FrameNames frames) {
    this.folder = folder;
    this.options = options;
    this.names = frames.names();
    this.decoder = new ImageDecoder(options.limits());
  }

  /// Opens a folder.
  ///
  /// @throws VideoException if it holds no frames, or not all of them
  /// @throws IOException if it cannot be read
  public static FrameFolder open(Path folder, VideoReader.ReadingOptions options)
      throws VideoException, IOException {
    FrameNames frames = FrameNames.read(folder);
    options.limits().checkFrames(frames.names().size());
    Ffmpeg.load();
    return new FrameFolder(folder, options, frames);
  }

  @Override
  public SampledFrames sample(
      VideoReader.FrameChooser chooser, VideoReader.FrameSink sink, OptionalInt whole)
      throws VideoException, IOException {
    int[] wanted = VideoReader.choose(chooser, names.size());
    List<Integer> shown = new ArrayList<>();
    List<String> damaged = new ArrayList<>();
    int place = 0;
    while (place < wanted.length) {
      int frame = wanted[place];
      RgbFrame rgb;
      try {
        rgb = decode(frame);
      } catch (VideoException e) {
        damaged.add(e.getMessage());
        if (frame == 0) {
          throw e;
        }
        rgb = decode(0);
      }
      while (place < wanted.length && wanted[place] == frame) {
        shown.add(rgb.index());
        sink.accept(place++, rgb);
      }
    }
    Optional<String> damage =
        damaged.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", damaged));
    return new SampledFrames(shown, names.size(), damage, true);
  }

  /// @throws VideoException naming the image
  private RgbFrame decode(int frame) throws VideoException, IOException {
    Path image = folder.resolve(names.get(frame));
    try {
      if (Files.size(image) > options.limits().maxPixels() * 4 + HEADER_BYTES) {
        throw new VideoException("it is larger than any image of the permitted size");
      }
      var decoded = decoder.decode(Files.readAllBytes(image));
      FrameKind kind = FrameKind.of(decoded, Pose.UPRIGHT);
      FrameKind.Size size = kind.upright();
      FrameConverter same = converter.orElseGet(() -> new FrameConverter(size, options.scaling()));
      converter = Optional.of(same);
      return same.convert(decoded, kind, frame);
    } catch (VideoException e) {
      throw new VideoException(
          "its frame %s cannot be decoded: %s".formatted(names.get(frame), e.getMessage()));
    }
  }

  @Override
  public void close() {
    converter.ifPresent(FrameConverter::close);
    decoder.close();
  }
}
