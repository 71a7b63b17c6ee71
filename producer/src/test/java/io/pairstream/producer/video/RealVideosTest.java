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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
    List<Callable<Integer>> reads = new ArrayList<>();
    files.forEach(file -> reads.add(() -> assertSampledEqualsDense(file)));
    try (ExecutorService cores =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      for (Future<Integer> read : cores.invokeAll(reads)) {
        assertThat(read.get()).isPositive();
      }
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
    // Of each frame that is chosen below; all of them would fill the heap.
    Map<Integer, byte[]> dense = new HashMap<>();
    int frames;
    try (VideoReader reader = VideoReader.open(file, ReadingOptions.DEFAULT)) {
      frames =
          reader
              .forEach(frame -> {
                if (chosen(frame.index(), 7) || chosen(frame.index(), 60) || frame.index() < 4) {
                  dense.put(frame.index(), pixels(frame));
                }
              })
              .frames();
      OptionalInt whole = OptionalInt.empty();
      for (int step : new int[] {7, 7, 60}) {
        List<Integer> places = new ArrayList<>();
        SampledFrames sampled =
            reader.sample(
                n -> IntStream.range(0, n).filter(i -> chosen(i, step) || n < 4).toArray(),
                (place, frame) -> {
                  places.add(place);
                  assertThat(pixels(frame))
                      .as("frame %d of %s", frame.index(), file)
                      .isEqualTo(dense.get(frame.index()));
                },
                whole);
        assertThat(sampled.frames()).as("%s", file).isEqualTo(frames);
        assertThat(new TreeSet<>(places)).hasSameSizeAs(sampled.index());
        whole = sampled.wholeFrames();
      }
    }
    return frames;
  }

  private static boolean chosen(int frame, int step) {
    return (frame + 3) % step == 0;
  }

  private static byte[] pixels(RgbFrame frame) {
    byte[] pixels = new byte[frame.bytes()];
    frame.copyTo(pixels, 0);
    return pixels;
  }
}
