package io.pairstream.producer.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.producer.video.VideoReader.ReadingOptions;
import io.pairstream.testing.Require;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Videos from cameras, phones and datasets, whole and broken, against the ffmpeg program.
class RealVideosTest {
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

  /// How many frames the ffmpeg program decodes of a video.
  private static int decodedFrames(Map<Path, Map<String, String>> clips, Path file) {
    return Integer.parseInt(clips.getOrDefault(file, Map.of()).getOrDefault("decoded_frames", ""));
  }

  @Test
  void everyFrameOfEveryVideoIsTheProgramsOnEveryPath() throws Exception {
    Map<Path, Map<String, String>> clips = clips("real/");
    clips.putAll(clips("labelled/"));
    for (Map.Entry<Path, EveryPath.Found> read : readAll(clips.keySet()).entrySet()) {
      assertThat(read.getValue().frames())
          .as("%s", read.getKey())
          .hasSize(decodedFrames(clips, read.getKey()));
      assertThat(read.getValue().damage().orElse("")).doesNotContain("damaged");
    }
  }

  @Test
  void everyBrokenVideoIsRefusedWithACauseOrUsedForTheFramesItHas() throws Exception {
    Map<Path, Map<String, String>> clips = clips("broken/");
    Set<Path> usable = new TreeSet<>(clips.keySet());
    usable.removeIf(file -> decodedFrames(clips, file) == 0);
    readAll(usable)
        .forEach((file, read) ->
            assertThat(read.frames()).as("%s", file).hasSize(decodedFrames(clips, file)));
    Set<Path> useless = new TreeSet<>(clips.keySet());
    useless.removeAll(usable);
    for (Path file : useless) {
      assertThatThrownBy(() -> EveryPath.read(file, 1))
          .as("%s", file)
          .isInstanceOf(VideoException.class)
          .message()
          .isNotBlank();
    }
  }

  /// Each file's frames, which are the program's.
  private static Map<Path, EveryPath.Found> readAll(Set<Path> files) throws Exception {
    Map<Path, Future<EveryPath.Found>> reading = new TreeMap<>();
    Map<Path, EveryPath.Found> read = new TreeMap<>();
    try (ExecutorService cores =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      files.forEach(file -> reading.put(file, cores.submit(() -> readLikeProgram(file))));
      for (Map.Entry<Path, Future<EveryPath.Found>> file : reading.entrySet()) {
        read.put(file.getKey(), file.getValue().get());
      }
    }
    return read;
  }

  private static EveryPath.Found readLikeProgram(Path file) throws Exception {
    EveryPath.Found read = EveryPath.read(file, 7, 60);
    assertThat(read.frames()).as("%s", file).isEqualTo(EveryPath.program(ffmpeg, file));
    return read;
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
}
