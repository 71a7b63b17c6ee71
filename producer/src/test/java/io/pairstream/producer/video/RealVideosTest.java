package io.pairstream.producer.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.producer.video.VideoReader.ReadingOptions;
import io.pairstream.testing.Require;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
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

  /// How many frames each file really has, according to clips.tsv.
  private static Map<Path, Integer> clips(String folder) throws IOException {
    List<String> lines = Files.readAllLines(Require.shared("clips/clips.tsv"));
    int column = List.of(lines.getFirst().split("\t", -1)).indexOf("decoded_frames");
    Map<Path, Integer> clips = new TreeMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split("\t", -1);
      if (fields[0].startsWith(folder)) {
        clips.put(Require.shared("clips/" + fields[0]), Integer.parseInt(fields[column]));
      }
    }
    assertThat(clips).isNotEmpty();
    return clips;
  }

  @Test
  void everyFrameOfEveryVideoIsTheProgramsOnEveryPath() throws Exception {
    Map<Path, Integer> clips = clips("real/");
    clips.putAll(clips("labelled/"));
    readAll(clips)
        .forEach((file, read) ->
            assertThat(read.damage().orElse("")).as("%s", file).doesNotContain("damaged"));
  }

  @Test
  void everyBrokenVideoIsRefusedWithACauseOrUsedForTheFramesItHas() throws Exception {
    Map<Path, Integer> usable = clips("broken/");
    Map<Path, Integer> useless = new TreeMap<>(usable);
    usable.values().removeIf(frames -> frames == 0);
    useless.keySet().removeAll(usable.keySet());
    readAll(usable);
    for (Path file : useless.keySet()) {
      assertThatThrownBy(() -> EveryPath.read(file, 1))
          .as("%s", file)
          .isInstanceOf(VideoException.class)
          .message()
          .isNotBlank();
    }
  }

  /// What each file gives: as many frames as are told, the program's.
  private static Map<Path, EveryPath.Found> readAll(Map<Path, Integer> files) throws Exception {
    Map<Path, Future<EveryPath.Found>> reading = new TreeMap<>();
    Map<Path, EveryPath.Found> found = new TreeMap<>();
    try (ExecutorService cores =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      files.keySet().forEach(file -> reading.put(file, cores.submit(() -> readLikeProgram(file))));
      for (Map.Entry<Path, Future<EveryPath.Found>> file : reading.entrySet()) {
        EveryPath.Found read = file.getValue().get();
        int frames = files.getOrDefault(file.getKey(), 0);
        assertThat(read.frames()).as("%s", file.getKey()).hasSize(frames);
        found.put(file.getKey(), read);
      }
    }
    return found;
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
