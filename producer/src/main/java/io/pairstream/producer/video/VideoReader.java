package io.pairstream.producer.video;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads a video file: a few chosen frames, or all of them.
///
/// Frames come upright (the container's rotation is applied), as RGB whatever the pixel format and
/// colour range, numbered from 0 in the order in which they are shown; the two fields of an
/// interlaced frame are one picture. Frames of varying size are brought to the first one's. A
/// damaged or truncated file gives the frames that can be decoded.
///
/// Used by one thread. Each of [#sample] and [#forEach] reads the file anew.
public final class VideoReader implements FrameSource {
  /// Frames before a wanted one that are decoded even if nothing refers to them, so that the
  /// decoder keeps the order of display.
  private static final int REORDERING = 4;

  private final Path file;
  private final ReadingOptions options;
  private Demuxer demuxer;
  private Decoder decoder;
  private Optional<FrameConverter> converter = Optional.empty();
  private Optional<FrameKind> kind = Optional.empty();
  private boolean steady = true;
  private boolean fresh = true;

  /// @param limits what the video may ask for
  /// @param scaling how frames become RGB
  public record ReadingOptions(VideoLimits limits, Scaling scaling) {
    public static final ReadingOptions DEFAULT =
        new ReadingOptions(VideoLimits.DEFAULT, Scaling.EXACT);
  }

  /// Says which frames are wanted once it is known how many there are.
  @FunctionalInterface
  public interface FrameChooser {
    /// @param frames at least 1
    /// @return numbers below `frames`, ascending, repeats allowed; always the same for the same
    ///   `frames`
    int[] choose(int frames);
  }

  /// Takes the frames that were chosen.
  @FunctionalInterface
  public interface FrameSink {
    /// Called once or more for every place; the last call counts.
    ///
    /// @param place in what the chooser returned
    void accept(int place, RgbFrame frame);
  }

  /// Takes each frame of a video.
  @FunctionalInterface
  public interface FrameVisitor {
    void accept(RgbFrame frame);
  }

  private VideoReader(Path file, ReadingOptions options, Demuxer demuxer) throws VideoException {
    this.file = file;
    this.options = options;
    this.demuxer = demuxer;
    this.decoder = Decoder.open(demuxer, options.limits());
  }

  /// Opens a file.
  ///
  /// @throws VideoException if its bytes are no video, or over a limit
  /// @throws IOException if it cannot be read
  public static VideoReader open(Path file, ReadingOptions options)
      throws VideoException, IOException {
    Demuxer demuxer = Demuxer.open(file, options.limits());
    try {
      return new VideoReader(file, options, demuxer);
    } catch (VideoException | RuntimeException e) {
      demuxer.close();
      throw e;
    }
  }

  /// Hands out the chosen frames.
  ///
  /// All frames are decoded and counted, because nothing else tells how many a damaged file really
  /// has. If an earlier call found the file whole, it is read faster and with the same result:
  /// where the container gives each frame a packet with its own time, decoding goes from one key
  /// packet to the next and passes over what no wanted frame is made from.
  ///
  /// @param whole what [SampledFrames#wholeFrames] of an earlier call on the same file said
  /// @throws VideoException if not one frame can be decoded, or over a limit
  @Override
  public SampledFrames sample(FrameChooser chooser, FrameSink sink, OptionalInt whole)
      throws VideoException, IOException {
    if (whole.isPresent() && demuxer.mayGiveOneFrameAPacket()) {
      rewind();
      PacketIndex index = demuxer.index(decoder.packet());
      int[] wanted = choose(chooser, whole.getAsInt());
      if (index.oneFrameAPacket()
          && index.frames() == whole.getAsInt()
          && jump(index, wanted, sink)) {
        return SampledFrames.whole(wanted, index.frames());
      }
    }
    return count(chooser, sink, whole.isPresent() ? whole : announced());
  }

  /// Hands out every frame that can be decoded.
  ///
  /// @return how many frames there were and how they fared, none of them sampled
  /// @throws VideoException if not one frame can be decoded, or over a limit
  public SampledFrames forEach(FrameVisitor visitor) throws VideoException, IOException {
    rewind();
    int frames = 0;
    while (decoder.next()) {
      visitor.accept(convert(note(), frames));
      frames++;
    }
    return report(new int[0], frames);
  }

  /// How many frames the last call decoded.
  long decodedFrames() {
    return decoder.decodedFrames();
  }

  /// Goes from key packet to key packet; false if anything is not as the index promises.
  private boolean jump(PacketIndex index, int[] wanted, FrameSink sink)
      throws VideoException, IOException {
    long now = Long.MIN_VALUE;
    boolean started = false;
    for (int place = 0; place < wanted.length; place++) {
      long time = index.times()[wanted[place]];
      long key = index.keyBefore(time);
      if (!started || key > now) {
        if (!decoder.seek(key)) {
          return false;
        }
        started = true;
        now = Long.MIN_VALUE;
      }
      long wantedFrom = index.times()[Math.max(0, wanted[place] - REORDERING)];
      while (now < time) {
        if (!decoder.next(wantedFrom)) {
          return false;
        }
        now = decoder.time();
      }
      if (now != time || decoder.damagedFrames() > 0 || decoder.failedPackets() > 0) {
        return false;
      }
      sink.accept(place, convert(decoder.kind(), wanted[place]));
    }
    return true;
  }

  /// Decodes everything, once if there are as many frames as expected and otherwise twice.
  private SampledFrames count(FrameChooser chooser, FrameSink sink, OptionalInt expected)
      throws VideoException, IOException {
    rewind();
    int[] wanted = expected.isPresent() ? choose(chooser, expected.getAsInt()) : new int[0];
    int frames = pass(wanted, sink);
    if (frames > 0 && frames != expected.orElse(0)) {
      wanted = choose(chooser, frames);
      rewind();
      frames = pass(wanted, sink);
    }
    return report(wanted, frames);
  }

  /// How many frames the container says there are or, where it does not, packets.
  private OptionalInt announced() throws VideoException, IOException {
    long frames = demuxer.announcedFrames();
    if (frames <= 0 && demuxer.mayGiveOneFrameAPacket()) {
      rewind();
      frames = demuxer.index(decoder.packet()).frames();
    }
    return frames > 0 && frames <= options.limits().maxFrames()
        ? OptionalInt.of((int) frames)
        : OptionalInt.empty();
  }

  /// Decodes from the start to the end and hands out the wanted frames on the way.
  private int pass(int[] wanted, FrameSink sink) throws VideoException, IOException {
    int frames = 0;
    int place = 0;
    while (decoder.next()) {
      FrameKind found = note();
      converter().require(decoder.frame(), found);
      while (place < wanted.length && wanted[place] == frames) {
        sink.accept(place++, convert(found, frames));
      }
      frames++;
    }
    return frames;
  }

  /// The found frame's kind, which is remembered to be told from others.
  private FrameKind note() throws VideoException {
    FrameKind found = decoder.kind();
    if (kind.isEmpty()) {
      FrameKind stated = demuxer.stated();
      kind = Optional.of(found);
      steady = found.pose().equals(stated.pose()) && found.upright().equals(stated.upright());
    }
    steady &= found.equals(kind.get());
    return found;
  }

  private RgbFrame convert(FrameKind found, int index) throws VideoException {
    return converter().convert(decoder.frame(), found, index);
  }

  /// Makes frames as large as the video's first one.
  private FrameConverter converter() throws VideoException {
    if (converter.isEmpty()) {
      FrameKind first = kind.orElseGet(demuxer::stated);
      converter = Optional.of(new FrameConverter(first.upright(), options.scaling()));
    }
    return converter.get();
  }

  private SampledFrames report(int[] wanted, int frames) throws VideoException, IOException {
    if (frames == 0) {
      throw new VideoException("not one of its frames can be decoded");
    }
    return new SampledFrames(
        java.util.Arrays.stream(wanted).boxed().toList(),
        frames,
        Damage.describe(demuxer, decoder, frames),
        steady);
  }

  /// What a chooser chooses, checked.
  static int[] choose(FrameChooser chooser, int frames) {
    int[] wanted = chooser.choose(frames);
    int least = 0;
    for (int index : wanted) {
      if (index < least || index >= frames) {
        throw new IllegalArgumentException(
            "frame %d of %d is out of range or out of order".formatted(index, frames));
      }
      least = index;
    }
    return wanted;
  }

  /// Back to the first packet. Opening again is sure in every container, seeking is not.
  private void rewind() throws VideoException, IOException {
    if (!fresh) {
      Demuxer again = Demuxer.open(file, options.limits());
      Decoder anew;
      try {
        anew = Decoder.open(again, options.limits());
      } catch (VideoException | RuntimeException e) {
        again.close();
        throw e;
      }
      decoder.close();
      demuxer.close();
      decoder = anew;
      demuxer = again;
    }
    fresh = false;
  }

  @Override
  public void close() {
    converter.ifPresent(FrameConverter::close);
    decoder.close();
    demuxer.close();
  }
}
