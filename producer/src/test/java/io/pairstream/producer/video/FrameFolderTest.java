package io.pairstream.producer.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.producer.video.VideoReader.ReadingOptions;
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
import org.junit.jupiter.api.io.TempDir;

/// Folders of images that the ffmpeg program makes and reads again.
class FrameFolderTest {
  private static final int FRAMES = 9;
  private static FfmpegProgram ffmpeg;

  @TempDir private Path folder = Path.of("");

  @BeforeAll
  static void unpack() throws Exception {
    ffmpeg = FfmpegProgram.unpack();
  }

  @AfterAll
  static void delete() {
    ffmpeg.close();
  }

  @Test
  void everyKindOfImageGivesTheProgramsFrames() throws Exception {
    for (List<String> kind :
        List.of(
            List.of("%05d.jpg", "yuvj420p"),
            List.of("image_%05d.jpg", "yuvj422p"),
            List.of("%06d.jpeg", "yuvj444p"),
            List.of("img_%03d.jpg", "gray"),
            List.of("frame%d.png", "rgb24"),
            List.of("%04d.png", "rgba"))) {
      Path images = make(kind.getFirst(), "testsrc2=s=97x61", "-pix_fmt", kind.getLast());
      ReadingOptions options = new ReadingOptions(VideoLimits.DEFAULT, Scaling.LIKE_FFMPEG);
      try (FrameSource source = FrameSource.open(images, options);
          ProgramFrames program = ProgramFrames.start(ffmpeg, images.resolve(kind.getFirst()))) {
        SampledFrames sampled =
            source.sample(
                frames -> IntStream.range(0, frames).toArray(),
                (_, frame) -> program.assertNextEquals(frame, images),
                OptionalInt.empty());
        program.assertNoMore();
        assertThat(sampled.index()).hasSize(FRAMES);
        assertThat(sampled.wholeFrames()).hasValue(FRAMES);
      }
    }
  }

  @Test
  void chosenFramesAreThoseOfTheFolderWhetherItCountsFromZeroOrOne() throws Exception {
    Path fromOne = make("%05d.jpg", "testsrc2=s=48x32");
    List<byte[]> all = sample(fromOne, IntStream.range(0, FRAMES).toArray()).frames();
    Path fromZero = Files.createDirectory(folder.resolve("zero"));
    for (int i = 1; i <= FRAMES; i++) {
      Files.copy(
          fromOne.resolve("%05d.jpg".formatted(i)), fromZero.resolve("%d.JPG".formatted(i - 1)));
    }
    for (Path images : List.of(fromOne, fromZero)) {
      Sampled some = sample(images, 0, 3, 3, 8);
      assertThat(some.report().index()).containsExactly(0, 3, 3, 8);
      assertThat(some.frames()).containsExactly(all.get(0), all.get(3), all.get(3), all.get(8));
    }
  }

  @Test
  void theFirstFrameStandsInForOneThatCannotBeDecodedAndTheDamageIsTold() throws Exception {
    Path images = make("%05d.jpg", "testsrc2=s=64x48");
    Path fourth = images.resolve("00004.jpg");
    byte[] whole = Files.readAllBytes(fourth);
    byte[] spoilt = whole.clone();
    Arrays.fill(spoilt, 2, 300, (byte) 0x55);
    for (byte[] bad :
        List.of(new byte[0], Arrays.copyOf(whole, whole.length / 2), spoilt, new byte[] {1, 2})) {
      Files.write(fourth, bad);
      Sampled sampled = sample(images, 0, 3, 5);
      assertThat(sampled.report().index()).containsExactly(0, 0, 5);
      assertThat(sampled.frames().get(1)).isEqualTo(sampled.frames().getFirst());
      assertThat(sampled.report().damage().orElseThrow())
          .startsWith("its frame 00004.jpg cannot be decoded: ");
      assertThat(sampled.report().wholeFrames()).isEmpty();
      assertThat(sample(images, 0, 2, 5).report().damage()).isEmpty();
    }
    Files.write(images.resolve("00001.jpg"), new byte[9]);
    assertThatThrownBy(() -> sample(images, 3))
        .isInstanceOf(VideoException.class)
        .hasMessage("its frame 00001.jpg cannot be decoded: it is neither JPEG nor PNG");
  }

  @Test
  void framesOfAnotherSizeAreBroughtToTheFirstOnes() throws Exception {
    Path images = make("%05d.jpg", "testsrc2=s=64x48");
    Path others = make("b%05d.jpg", "testsrc2=s=30x80");
    Files.copy(
        others.resolve("b00003.jpg"),
        images.resolve("00003.jpg"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(sample(images, 1, 2, 3).frames()).allMatch(frame -> frame.length == 64 * 48 * 3);
  }

  @Test
  void framesAreFoundBesideOpticalFlowAndOtherFiles() throws Exception {
    Path images = make("img_%05d.jpg", "testsrc2=s=48x32");
    List<byte[]> alone = sample(images, 1, 4).frames();
    Files.write(images.resolve("flow_x_00001.jpg"), new byte[1]);
    Files.write(images.resolve("flow_y_00001.jpg"), new byte[1]);
    Files.writeString(images.resolve("notes2.txt"), "");
    Files.write(images.resolve(".img_00077.jpg"), new byte[1]);
    assertThat(sample(images, 1, 4).frames()).containsExactlyElementsOf(alone);
    assertThat(FrameNames.count(images)).isEqualTo(FRAMES + 2);
  }

  @Test
  void whatIsNoWholeSetOfFramesIsSaidToBe() throws Exception {
    assertRefused("the folder holds no numbered images", "a.jpg", "7.txt");
    assertRefused("its frame image_0002.jpg is missing", "image_0001.jpg", "image_0003.jpg");
    assertRefused("its frame 00001.jpg is missing", "00002.jpg", "00003.jpg");
    assertRefused("1.jpg and 001.jpg are the same frame", "001.jpg", "1.jpg");
    assertRefused(
        "it is not clear which of its images are the frames: their names begin with a_, b_",
        "a_1.jpg",
        "b_1.jpg");
  }

  @Test
  void limitsHoldForImagesToo() throws Exception {
    Path images = make("%05d.png", "testsrc2=s=64x48");
    VideoLimits few = new VideoLimits(64 * 48, FRAMES - 1, 10);
    assertThatThrownBy(() -> FrameSource.open(images, new ReadingOptions(few, Scaling.EXACT)))
        .hasMessage("it has more than 8 frames");
    VideoLimits small = new VideoLimits(64 * 48 - 1, FRAMES, 10);
    ReadingOptions options = new ReadingOptions(small, Scaling.EXACT);
    try (FrameSource source = FrameSource.open(images, options)) {
      assertThatThrownBy(() -> source.sample(_ -> new int[] {0}, (_, _) -> {}, OptionalInt.empty()))
          .isInstanceOf(VideoException.class)
          .hasMessageStartingWith("its frame 00001.png cannot be decoded: ");
    }
  }

  private void assertRefused(String message, String... names) throws IOException {
    Path images = Files.createTempDirectory(folder, "refused");
    for (String name : names) {
      Files.write(images.resolve(name), new byte[] {1});
    }
    assertThatThrownBy(() -> FrameSource.open(images, ReadingOptions.DEFAULT))
        .isInstanceOf(VideoException.class)
        .message()
        .isIn(message, message.replaceAll("(.*) and (.*) are", "$2 and $1 are"));
  }

  private Path make(String pattern, String source, String... options) throws Exception {
    Path images = Files.createTempDirectory(folder, "images");
    List<String> arguments = new ArrayList<>(List.of("-y", "-f", "lavfi", "-i", source));
    arguments.addAll(List.of("-frames:v", String.valueOf(FRAMES)));
    arguments.addAll(List.of(options));
    arguments.add(images.resolve(pattern).toString());
    ffmpeg.run(arguments);
    return images;
  }

  /// What was handed out, by place, and what was said of it.
  private record Sampled(List<byte[]> frames, SampledFrames report) {}

  private static Sampled sample(Path images, int... wanted) throws Exception {
    List<byte[]> frames = new ArrayList<>();
    try (FrameSource source = FrameSource.open(images, ReadingOptions.DEFAULT)) {
      SampledFrames report =
          source.sample(
              count -> {
                assertThat(count).isEqualTo(FRAMES);
                return wanted;
              },
              (place, frame) -> {
                assertThat(place).isEqualTo(frames.size());
                byte[] pixels = new byte[frame.bytes()];
                frame.copyTo(pixels, 0);
                frames.add(pixels);
              },
              OptionalInt.empty());
      return new Sampled(frames, report);
    }
  }
}
