package io.pairstream.producer.video;

import io.pairstream.producer.video.VideoReader.ReadingOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// All ways to read a video, each compared frame by frame with what the ffmpeg program makes of it:
/// every frame, the first visit, later ones, and those that want few frames.
final class EveryPath {
  private static final String EXACT = "bilinear+accurate_rnd+bitexact";

  private EveryPath() {}

  /// What a video gives.
  ///
  /// @param frames of each frame its size in bytes and its MD5
  /// @param damage as the reader tells it
  record Found(List<String> frames, Optional<String> damage) {}

  /// The program's frames.
  static List<String> program(FfmpegProgram ffmpeg, Path file)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("-v", "quiet", "-nostdin", "-threads", "1"));
    arguments.addAll(List.of("-i", file.toString(), "-an", "-fps_mode", "passthrough"));
    arguments.addAll(List.of("-sws_flags", EXACT, "-pix_fmt", "rgb24", "-f", "framemd5", "-"));
    Process process =
        ffmpeg.command(arguments).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<String> frames = new ArrayList<>();
    try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          String[] fields = line.split(",\\s*");
          frames.add(fields[4] + " " + fields[5]);
        }
      }
    }
    process.waitFor();
    return frames;
  }

  /// What every way to read gives.
  ///
  /// @param steps of each step every so many-th frame is sampled, on a first and on a later visit
  /// @throws VideoException if the video is refused, by all of them
  /// @throws AssertionError if two of them differ
  static Found read(Path file, int... steps) throws VideoException, IOException {
    List<String> dense = new ArrayList<>();
    Optional<VideoException> refused = Optional.empty();
    Optional<String> damage = Optional.empty();
    try (VideoReader reader = VideoReader.open(file, ReadingOptions.DEFAULT)) {
      damage = reader.forEach(frame -> dense.add(summary(frame))).damage();
    } catch (VideoException e) {
      refused = Optional.of(e);
    }
    for (int step : steps) {
      OptionalInt whole = OptionalInt.empty();
      for (int visit = 0; visit < 2; visit++) {
        String way = "%s: every %dth frame, visit %d".formatted(file.getFileName(), step, visit);
        Optional<SampledFrames> sampled = visit(file, dense, step, whole, refused, way);
        if (!sampled.flatMap(SampledFrames::damage).equals(damage)) {
          throw new AssertionError("%s: %s instead of %s".formatted(way, sampled, damage));
        }
        whole = sampled.map(SampledFrames::wholeFrames).orElse(OptionalInt.empty());
      }
    }
    if (refused.isPresent()) {
      throw refused.get();
    }
    return new Found(dense, damage);
  }

  private static Optional<SampledFrames> visit(
      Path file,
      List<String> dense,
      int step,
      OptionalInt whole,
      Optional<VideoException> refused,
      String way)
      throws IOException {
    String[] seen = new String[dense.size() + 1];
    try (VideoReader reader = VideoReader.open(file, ReadingOptions.DEFAULT)) {
      SampledFrames sampled =
          reader.sample(
              n -> IntStream.range(0, n).filter(i -> (i + step / 2 + 1) % step == 0).toArray(),
              (place, frame) -> seen[place] = frame.index() + " " + summary(frame),
              whole);
      if (refused.isPresent()) {
        throw new AssertionError(way + ": read, although reading all frames is refused");
      }
      for (int place = 0; place < sampled.index().size(); place++) {
        int index = sampled.index().get(place);
        if (index >= dense.size() || !(index + " " + dense.get(index)).equals(seen[place])) {
          throw new AssertionError("%s: frame %d is another".formatted(way, index));
        }
      }
      if (sampled.frames() != dense.size()) {
        throw new AssertionError(
            "%s: %d frames instead of %d".formatted(way, sampled.frames(), dense.size()));
      }
      return Optional.of(sampled);
    } catch (VideoException e) {
      Optional<String> said = refused.map(VideoException::getMessage);
      if (!said.equals(Optional.ofNullable(e.getMessage()))) {
        throw new AssertionError("%s: %s".formatted(way, e.getMessage()), e);
      }
      return Optional.empty();
    }
  }

  private static String summary(RgbFrame frame) {
    byte[] pixels = new byte[frame.bytes()];
    frame.copyTo(pixels, 0);
    try {
      byte[] digest = MessageDigest.getInstance("MD5").digest(pixels);
      return pixels.length + " " + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
