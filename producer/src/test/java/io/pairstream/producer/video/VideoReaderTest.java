package io.pairstream.producer.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.producer.video.VideoReader.ReadingOptions;
import io.pairstream.testing.Require;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Videos that the ffmpeg program or the writer makes, each with one peculiarity.
class VideoReaderTest {
  private static FfmpegProgram ffmpeg;

  @TempDir static Path folder;

  @BeforeAll
  static void unpack() throws Exception {
    ffmpeg = FfmpegProgram.unpack();
  }

  @AfterAll
  static void delete() {
    ffmpeg.close();
  }

  @Test
  void everySizePixelFormatAndRateGivesTheProgramsFrames() throws Exception {
    List<Path> files =
        List.of(
            make("plain.mp4", "testsrc2=s=96x64:d=2:r=25", "-c:v", "libopenh264", "-g", "10"),
            make("odd.avi", "testsrc2=s=97x61:d=1", "-c:v", "mpeg4", "-q:v", "3"),
            make("bframes.mp4", "testsrc2=s=80x60:d=3:r=30", "-c:v", "mpeg4", "-bf", "2"),
            make(
                "vfr.mkv",
                "testsrc2=s=64x48:d=2:r=30,select='mod(n,3)'",
                "-fps_mode",
                "vfr",
                "-c:v",
                "libopenh264"),
            make("yuv444.mkv", "testsrc2=s=50x38:d=1", "-c:v", "ffv1", "-pix_fmt", "yuv444p10le"),
            make("grey.mkv", "testsrc2=s=50x38:d=1", "-c:v", "ffv1", "-pix_fmt", "gray"),
            make("alpha.mkv", "testsrc2=s=50x38:d=1", "-c:v", "ffv1", "-pix_fmt", "bgra"),
            make("full.mkv", "testsrc2=s=64x48:d=1", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p"),
            make(
                "bt709.mp4",
                "testsrc2=s=64x48:d=1",
                "-c:v",
                "libopenh264",
                "-colorspace",
                "bt709",
                "-color_primaries",
                "bt709",
                "-color_trc",
                "bt709"),
            make("small.mp4", "testsrc2=s=16x16:d=1", "-c:v", "libopenh264"),
            make("stream.ts", "testsrc2=s=96x64:d=1", "-c:v", "libopenh264", "-g", "10"),
            make("images.gif", "testsrc2=s=40x30:d=1:r=10"));
    for (Path file : files) {
      ReadingOptions options = new ReadingOptions(VideoLimits.DEFAULT, Scaling.LIKE_FFMPEG);
      try (VideoReader reader = VideoReader.open(file, options);
          ProgramFrames program = ProgramFrames.start(ffmpeg, file)) {
        reader.forEach(frame -> program.assertNextEquals(frame, file));
        program.assertNoMore();
      }
      assertSamplingIsExact(file);
    }
  }

  @Test
  void everyRotationAndMirrorImageComesUpright() throws Exception {
    Path plain = make("upright.mp4", "testsrc2=s=96x64:d=1", "-c:v", "libopenh264");
    for (String turn : List.of("0", "90", "180", "270")) {
      for (List<String> mirror :
          List.of(List.<String>of(), List.of("-display_hflip"), List.of("-display_vflip"))) {
        Path turned = folder.resolve("turned.mp4");
        List<String> arguments = new ArrayList<>(List.of("-y", "-display_rotation", turn));
        arguments.addAll(mirror);
        arguments.addAll(List.of("-i", plain.toString(), "-c", "copy", turned.toString()));
        ffmpeg.run(arguments);
        ReadingOptions options = new ReadingOptions(VideoLimits.DEFAULT, Scaling.LIKE_FFMPEG);
        try (VideoReader reader = VideoReader.open(turned, options);
            ProgramFrames program = ProgramFrames.start(ffmpeg, turned)) {
          reader.forEach(frame -> program.assertNextEquals(frame, turned));
          program.assertNoMore();
        }
      }
    }
  }

  @Test
  void framesOfAnotherSizeInTheMiddleAreBroughtToTheStatedOne() throws Exception {
    Path small = make("part1.ts", "testsrc2=s=64x48:d=1:r=10", "-c:v", "libopenh264");
    Path large = make("part2.ts", "testsrc2=s=96x80:d=1:r=10", "-c:v", "libopenh264");
    Path both = folder.resolve("both.ts");
    Files.write(both, Files.readAllBytes(small));
    Files.write(both, Files.readAllBytes(large), java.nio.file.StandardOpenOption.APPEND);
    List<RgbFrame> frames = new ArrayList<>();
    try (VideoReader reader = VideoReader.open(both, ReadingOptions.DEFAULT)) {
      reader.forEach(frames::add);
    }
    assertThat(frames).hasSizeGreaterThan(15);
    assertThat(frames).allMatch(frame -> frame.width() == frames.getFirst().width());
    assertThat(frames).allMatch(frame -> frame.height() == frames.getFirst().height());
  }

  @Test
  void soundBesideThePicturesChangesNothing() throws Exception {
    Path file = folder.resolve("sound.mp4");
    ffmpeg.run(
        List.of(
            "-y",
            "-f",
            "lavfi",
            "-i",
            "sine=d=2",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=64x48:d=2:r=25",
            "-c:v",
            "libopenh264",
            "-c:a",
            "aac",
            file.toString()));
    try (VideoReader reader = VideoReader.open(file, ReadingOptions.DEFAULT)) {
      assertThat(reader.forEach(_ -> {}).frames()).isEqualTo(50);
    }
    assertSamplingIsExact(file);
  }

  @Test
  void aChooserMayAskForTheSameFrameAgain() throws Exception {
    Path file = make("repeat.mp4", "testsrc2=s=64x48:d=1:r=20", "-c:v", "libopenh264");
    for (OptionalInt whole : List.of(OptionalInt.empty(), OptionalInt.of(20))) {
      byte[][] seen = new byte[4][];
      try (VideoReader reader = VideoReader.open(file, ReadingOptions.DEFAULT)) {
        SampledFrames sampled =
            reader.sample(
                _ -> new int[] {0, 0, 7, 7}, (place, frame) -> seen[place] = pixels(frame), whole);
        assertThat(sampled.index()).containsExactly(0, 0, 7, 7);
        assertThat(sampled.wholeFrames()).hasValue(20);
      }
      assertThat(seen[1]).isEqualTo(seen[0]);
      assertThat(seen[3]).isEqualTo(seen[2]).isNotEqualTo(seen[0]);
    }
  }

  @Test
  void moreThanTheLimitOfPixelsFramesOrPacketsIsRefused() throws Exception {
    Path file = make("limits.mp4", "testsrc2=s=64x48:d=1:r=20", "-c:v", "libopenh264");
    assertThatThrownBy(() -> readAll(file, new VideoLimits(64 * 48 - 1, 100, 100)))
        .isInstanceOf(VideoException.class)
        .hasMessage("its frames of 64x48 have more than 3071 pixels (--max-video-pixels)");
    assertThatThrownBy(() -> readAll(file, new VideoLimits(64 * 48, 19, 100)))
        .isInstanceOf(VideoException.class)
        .hasMessage("it has more than 19 frames");
    assertThatThrownBy(() -> readAll(file, new VideoLimits(64 * 48, 100, 19)))
        .isInstanceOf(VideoException.class)
        .hasMessage("it has more than 19 packets");
    assertThat(readAll(file, new VideoLimits(64 * 48, 20, 20))).isEqualTo(20);
  }

  @Test
  void theLimitOnPixelsIsNamedAndCanBeRaised() throws Exception {
    Path large = Require.shared("cases/over-9-megapixels/gopro53k.mp4");
    assertThatThrownBy(() -> readAll(large, VideoLimits.DEFAULT))
        .isInstanceOf(VideoException.class)
        .hasMessage("its frames of 5312x2988 have more than 9437184 pixels (--max-video-pixels)");
    VideoLimits raised = VideoLimits.DEFAULT.withMaxPixels(5312 * 2988);
    assertThat(readAll(large, raised)).isEqualTo(8);
    assertThat(raised.text()).isEqualTo("max-pixels=15872256");
    assertThat(VideoLimits.DEFAULT.text()).isEmpty();
  }

  @Test
  void aPlaylistCannotMakeTheReaderOpenOtherFiles() throws Exception {
    Path video = make("target.mp4", "testsrc2=s=64x48:d=1", "-c:v", "libopenh264");
    Path concat =
        Files.writeString(folder.resolve("list.mp4"), "ffconcat version 1.0\nfile " + video);
    Path playlist =
        Files.writeString(
            folder.resolve("list.m3u8"),
            "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" + video + "\n#EXT-X-ENDLIST\n");
    for (Path file : List.of(concat, playlist)) {
      assertThatThrownBy(() -> VideoReader.open(file, ReadingOptions.DEFAULT))
          .isInstanceOf(VideoException.class)
          .hasMessageStartingWith("it is not a video");
    }
  }

  @Test
  void aFileThatCannotBeReadIsNoBadVideo() {
    assertThatThrownBy(() -> VideoReader.open(folder.resolve("gone.mp4"), ReadingOptions.DEFAULT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("gone.mp4")
        .hasMessageContaining("No such file");
    assertThatThrownBy(() -> VideoReader.open(folder, ReadingOptions.DEFAULT))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.toString());
  }

  @Test
  void namesWithBlanksColonsAndLettersOfAllKindsAreNames() throws Exception {
    Path file = make("plain name.mp4", "testsrc2=s=64x48:d=1:r=20", "-c:v", "libopenh264");
    Path odd = folder.resolve("http:é 動画 %20?.mp4");
    Files.copy(file, odd);
    assertThat(readAll(odd, VideoLimits.DEFAULT)).isEqualTo(20);
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "resident memory is read from /proc")
  void thousandsOfOpenedVideosLeaveNoNativeMemoryBehind() throws Exception {
    Path file = make("leak.mp4", "testsrc2=s=320x240:d=1:r=10", "-c:v", "libopenh264");
    Path broken = folder.resolve("broken.mp4");
    Files.write(broken, Arrays.copyOf(Files.readAllBytes(file), 3_000));
    openOften(file, broken, 300);
    long before = residentKilobytes();
    openOften(file, broken, 2_000);
    // A leak of one 320×240 frame a file alone would be 450 MB.
    assertThat(residentKilobytes() - before).isLessThan(60_000);
  }

  private static void openOften(Path file, Path broken, int times) throws Exception {
    for (int i = 0; i < times; i++) {
      try (VideoReader reader = VideoReader.open(file, ReadingOptions.DEFAULT)) {
        reader.sample(n -> new int[] {n / 2}, (_, _) -> {}, OptionalInt.of(10));
      }
      assertThatThrownBy(() -> VideoReader.open(broken, ReadingOptions.DEFAULT))
          .isInstanceOf(VideoException.class);
    }
  }

  private static long residentKilobytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("no VmRSS");
  }

  private static int readAll(Path file, VideoLimits limits) throws VideoException, IOException {
    ReadingOptions options = new ReadingOptions(limits, Scaling.EXACT);
    try (VideoReader reader = VideoReader.open(file, options)) {
      return reader.forEach(_ -> {}).frames();
    }
  }

  private static void assertSamplingIsExact(Path file) throws Exception {
    List<byte[]> dense = new ArrayList<>();
    try (VideoReader reader = VideoReader.open(file, ReadingOptions.DEFAULT)) {
      reader.forEach(frame -> dense.add(pixels(frame)));
      OptionalInt whole = OptionalInt.empty();
      for (int step : new int[] {1, 1, 4, 9}) {
        SampledFrames sampled =
            reader.sample(
                n -> IntStream.range(0, n).filter(i -> i % step == step - 1).toArray(),
                (_, frame) ->
                    assertThat(pixels(frame))
                        .as("frame %d of %s", frame.index(), file)
                        .isEqualTo(dense.get(frame.index())),
                whole);
        assertThat(sampled.frames()).isEqualTo(dense.size());
        assertThat(sampled.damage()).as("%s", file).isEmpty();
        whole = sampled.wholeFrames();
      }
    }
  }

  private static Path make(String name, String source, String... encoding)
      throws IOException, InterruptedException {
    Path file = folder.resolve(name);
    List<String> arguments = new ArrayList<>(List.of("-y", "-f", "lavfi", "-i", source));
    arguments.addAll(List.of(encoding));
    arguments.add(file.toString());
    ffmpeg.run(arguments);
    return file;
  }

  private static byte[] pixels(RgbFrame frame) {
    byte[] pixels = new byte[frame.bytes()];
    frame.copyTo(pixels, 0);
    return pixels;
  }
}
