package io.pairstream.producer.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.producer.video.VideoReader.ReadingOptions;
import io.pairstream.testing.Require;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Videos from cameras, phones and datasets, whole and broken, against the ffmpeg program.
class RealVideosTest {
  private static final ReadingOptions LIKE_FFMPEG =
      new ReadingOptions(VideoLimits.DEFAULT, Scaling.LIKE_FFMPEG);

  private static FfmpegProgram ffmpeg;

  @BeforeAll
  static void unpack() throws Exception {
    ffmpeg = FfmpegProgram.unpack();
  }

  @AfterAll
  static void delete() {
    ffmpeg.close();
  }

  /// Path to its line in clips.tsv, by column name.
  private static Map<Path, Map<String, String>> clips(String folder) throws IOException {
    List<String> lines = Files.readAllLines(Require.shared("clips/clips.tsv"));
    List<String> columns = List.of(lines.getFirst().split("\t", -1));
    Map<Path, Map<String, String>> clips = new TreeMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split("\t", -1);
      Map<String, String> clip = new HashMap<>();
      for (int i = 0; i < fields.length; i++) {
        clip.put(columns.get(i), fields[i]);
      }
      if (fields[0].startsWith(folder)) {
        clips.put(Require.shared("clips/" + fields[0]), clip);
      }
    }
    assertThat(clips).isNotEmpty();
    return clips;
  }

  @Test
  void everyFrameOfEveryRealVideoIsTheProgramsFrame() throws Exception {
    Map<Path, Map<String, String>> clips = clips("real/");
    for (Map.Entry<Path, Map<String, String>> clip : clips.entrySet()) {
      int frames = Integer.parseInt(clip.getValue().get("decoded_frames"));
      try (VideoReader reader = VideoReader.open(clip.getKey(), LIKE_FFMPEG);
          ProgramFrames program = ProgramFrames.start(ffmpeg, clip.getKey())) {
        SampledFrames read =
            reader.forEach(frame -> program.assertNextEquals(frame, clip.getKey()));
        assertThat(read.frames()).as("%s", clip.getKey()).isEqualTo(frames);
        assertThat(read.damage().orElse("")).doesNotContain("damaged");
        program.assertNoMore();
      }
    }
  }

  @Test
  void sampledFramesAreThoseOfDecodingEverything() throws Exception {
    List<Path> files = new ArrayList<>(clips("real/").keySet());
    files.addAll(clips("labelled/").keySet());
    for (Path file : files) {
      assertSampledEqualsDense(file);
    }
  }

  @Test
  void everyBrokenVideoIsRefusedWithACauseOrUsedForTheFramesItHas() throws Exception {
    for (Map.Entry<Path, Map<String, String>> clip : clips("broken/").entrySet()) {
      Path file = clip.getKey();
      int frames = Integer.parseInt(clip.getValue().get("decoded_frames"));
      if (frames == 0) {
        assertThatThrownBy(() -> assertSampledEqualsDense(file))
            .as("%s", file)
            .isInstanceOf(VideoException.class)
            .message()
            .isNotBlank();
      } else {
        assertThat(assertSampledEqualsDense(file)).as("%s", file).isEqualTo(frames);
      }
    }
  }

  @Test
  void whatIsWrongWithADamagedVideoIsSaid() throws Exception {
    assertThat(damage("bitflips_200.mp4")).get().asString().contains("damaged");
    assertThat(damage("ff_midstream_12k.mp4")).get().asString().contains("damaged");
    assertThat(damage("truncated_half_moov_first.mp4")).get().asString().contains("announced");
    assertThat(damage("zeroed_mid_20k.avi")).isPresent();
    assertThat(damage("truncated_60pct_noindex.avi")).isPresent();
    assertThat(damage("truncated_half.webm")).isPresent();
    assertThat(damage("one_frame.mp4")).isEmpty();
    assertThat(damage("wrong_extension_is_webm.mp4")).isEmpty();
  }

  private static Optional<String> damage(String name) throws VideoException, IOException {
    try (VideoReader reader =
        VideoReader.open(Require.shared("clips/broken/" + name), ReadingOptions.DEFAULT)) {
      return reader.sample(n -> new int[] {n / 2}, (_, _) -> {}, OptionalInt.empty()).damage();
    }
  }

  /// Chosen frames, read the sure way and then, if the video is whole, the fast way, are those that
  /// decoding everything gives.
  private static int assertSampledEqualsDense(Path file) throws VideoException, IOException {
    List<byte[]> dense = new ArrayList<>();
    try (VideoReader reader = VideoReader.open(file, ReadingOptions.DEFAULT)) {
      reader.forEach(frame -> dense.add(pixels(frame)));
      OptionalInt whole = OptionalInt.empty();
      for (int step : new int[] {7, 7, 60}) {
        List<Integer> places = new ArrayList<>();
        SampledFrames sampled =
            reader.sample(
                n -> IntStream.range(0, n).filter(i -> (i + 3) % step == 0 || n < 4).toArray(),
                (place, frame) -> {
                  places.add(place);
                  assertThat(pixels(frame))
                      .as("frame %d of %s", frame.index(), file)
                      .isEqualTo(dense.get(frame.index()));
                },
                whole);
        assertThat(sampled.frames()).as("%s", file).isEqualTo(dense.size());
        assertThat(new TreeSet<>(places)).hasSameSizeAs(sampled.index());
        whole = sampled.wholeFrames();
      }
    }
    return dense.size();
  }

  private static byte[] pixels(RgbFrame frame) {
    byte[] pixels = new byte[frame.bytes()];
    frame.copyTo(pixels, 0);
    return pixels;
  }
}
