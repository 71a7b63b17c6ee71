package io.pairstream.producer.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.CounterRandom;
import io.pairstream.clip.FrameBatch;
import io.pairstream.clip.Shape;
import io.pairstream.crop.CropPlan;
import io.pairstream.crop.CropRule;
import io.pairstream.crop.FrameResizer;
import io.pairstream.crop.FrameView;
import io.pairstream.crop.SentFrames;
import io.pairstream.crop.Size;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ServiceException;
import io.pairstream.producer.dataset.Sample;
import io.pairstream.producer.load.BatchPlan.Use;
import io.pairstream.producer.sample.FrameSampling;
import io.pairstream.producer.video.FfmpegProgram;
import io.pairstream.producer.video.VideoLimits;
import io.pairstream.producer.video.VideoReader;
import io.pairstream.producer.video.VideoWriter;
import io.pairstream.testing.Require;
import io.pairstream.wire.ClipBatchSerde;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchLoaderTest {
  private static final ClipFormat WHOLE =
      new ClipFormat(4, new Size(48, 32), FrameSampling.TSN, CropRule.WHOLE, false);
  private static final ClipFormat CROPPED =
      new ClipFormat(4, new Size(24, 24), FrameSampling.TSN, CropRule.MULTISCALE, true);

  @TempDir static Path folder;
  private static final List<Sample> SAMPLES = new ArrayList<>();

  @BeforeAll
  static void writeVideos() throws IOException {
    for (int v = 0; v < 6; v++) {
      Path file = folder.resolve("v" + v + ".mp4");
      try (VideoWriter writer = VideoWriter.open(file, VideoWriter.VideoFormat.h264(48, 32))) {
        for (int t = 0; t < 9 + 5 * v; t++) {
          byte[] rgb = new byte[48 * 32 * 3];
          for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 3 % 48 * 4 + 8 * t + 40 * v + 60 * (i % 3));
          }
          writer.write(rgb);
        }
      }
      SAMPLES.add(sample("clip" + v, v % 3, file));
    }
  }

  @Test
  void aBatchHoldsTheChosenFramesOfItsVideos() throws Exception {
    ClipBatch batch = load(WHOLE, 1, plan(Use.TRAINING, SAMPLES)).getFirst().clips().orElseThrow();
    assertThat(batch.frames().shape()).isEqualTo(Shape.of(6, 4, 32, 48, 3));
    assertThat(batch.label().toLongs()).containsExactly(0, 1, 2, 0, 1, 2);
    assertThat(batch.clipIds())
        .containsExactly("clip0", "clip1", "clip2", "clip3", "clip4", "clip5");
    long[] index = batch.frameIndex().toLongs();
    for (int clip = 0; clip < 6; clip++) {
      List<byte[]> decoded = decode(SAMPLES.get(clip).video());
      CounterRandom random = CounterRandom.of(0, new BatchId(0, 0), clip, "sampling");
      int[] chosen = FrameSampling.TSN.training(decoded.size(), 4, random);
      for (int t = 0; t < 4; t++) {
        assertThat(index[clip * 4 + t]).isEqualTo(chosen[t]);
        assertThat(bytes(batch.frames().row(clip).row(t).data())).isEqualTo(decoded.get(chosen[t]));
      }
    }
  }

  @Test
  void framesThatTheAugmenterCropsAreSentAsDecodedWithTheirSizesAndPlaces() throws Exception {
    Path tall = folder.resolve("tall.mp4");
    try (VideoWriter writer = VideoWriter.open(tall, VideoWriter.VideoFormat.h264(16, 64))) {
      for (int t = 0; t < 9; t++) {
        byte[] rgb = new byte[16 * 64 * 3];
        java.util.Arrays.fill(rgb, (byte) (20 * t + 30));
        writer.write(rgb);
      }
    }
    List<Sample> mixed =
        List.of(
            sample("tall", 0, tall), sample("gone", 0, folder.resolve("gone.mp4")), SAMPLES.get(4));
    ClipFormat format = uncropped(new SentFrames(0, 5000));
    LoadedBatch loaded = load(format, 2, plan(Use.TRAINING, mixed)).getFirst();
    assertThat(loaded.unusable()).hasSize(1);
    FrameBatch batch = (FrameBatch) loaded.sent().orElseThrow();
    assertThat(batch.clipIds()).containsExactly("tall", "clip4");
    assertThat(batch.frames().pixels().shape()).isEqualTo(Shape.of(2, 4, 48 * 32, 3));
    assertThat(batch.frames().size().toLongs()).containsExactly(64, 16, 32, 48);
    assertThat(batch.frames().place().toLongs()).containsExactly(0, 2);
    List<Path> files = List.of(tall, SAMPLES.get(4).video());
    for (int clip = 0; clip < 2; clip++) {
      List<byte[]> decoded = decode(files.get(clip));
      for (int t = 0; t < 4; t++) {
        byte[] there = bytes(batch.frames().pixels().row(clip).row(t).data());
        byte[] frame = decoded.get((int) batch.frameIndex().longAt(4 * clip + t));
        assertThat(there).isEqualTo(java.util.Arrays.copyOf(frame, 48 * 32 * 3));
      }
    }
    assertThat(load(format, 1, plan(Use.VALIDATION, mixed)).getFirst().clips()).isPresent();
  }

  @Test
  void framesThatTheAugmenterCropsAreShrunkToTheirShortSide() throws Exception {
    ClipFormat format = uncropped(SentFrames.of(16));
    FrameBatch batch =
        (FrameBatch) load(format, 1, plan(Use.TRAINING, SAMPLES)).getFirst().sent().orElseThrow();
    assertThat(batch.frames().pixels().shape()).isEqualTo(Shape.of(6, 4, 24 * 16, 3));
    FrameResizer resizer = new FrameResizer(FrameView.whole(new Size(48, 32), new Size(24, 16)));
    byte[] expected = new byte[24 * 16 * 3];
    byte[] first = decode(SAMPLES.get(2).video()).get((int) batch.frameIndex().longAt(8));
    resizer.resize(MemorySegment.ofArray(first), 48 * 3, expected, 0);
    assertThat(bytes(batch.frames().pixels().row(2).row(0).data())).isEqualTo(expected);
  }

  private static ClipFormat uncropped(SentFrames sent) {
    return new ClipFormat(
        4,
        new Size(24, 24),
        FrameSampling.TSN,
        new CropPlan(CropRule.MULTISCALE, true, java.util.Optional.of(sent)),
        1);
  }

  @Test
  void validationClipsAreCentresOfSegmentsAndOfFrames() throws Exception {
    LoadedBatch loaded = load(CROPPED, 1, plan(Use.VALIDATION, SAMPLES)).getFirst();
    ClipBatch batch = loaded.clips().orElseThrow();
    for (int clip = 0; clip < 6; clip++) {
      List<byte[]> decoded = decode(SAMPLES.get(clip).video());
      int[] chosen = FrameSampling.TSN.validation(decoded.size(), 4);
      FrameResizer resizer = new FrameResizer(FrameView.centre(new Size(48, 32), new Size(24, 24)));
      for (int t = 0; t < 4; t++) {
        byte[] expected = new byte[24 * 24 * 3];
        resizer.resize(MemorySegment.ofArray(decoded.get(chosen[t])), 48 * 3, expected, 0);
        assertThat(bytes(batch.frames().row(clip).row(t).data())).isEqualTo(expected);
      }
    }
    try (BatchLoader other =
        new BatchLoader(
            CROPPED, 99, VideoLimits.DEFAULT, BatchLoader.LoadingOptions.ofThreads(1))) {
      LoadedBatch again = loadAll(other, plan(Use.VALIDATION, SAMPLES)).getFirst();
      assertThat(encoded(again)).isEqualTo(encoded(loaded));
    }
  }

  @Test
  void threadsAndEarlierVisitsChangeNothing() throws Exception {
    BatchPlan[] plans =
        LongStream.range(0, 12)
            .mapToObj(b -> new BatchPlan(new BatchId(3, b), SAMPLES, Use.TRAINING))
            .toArray(BatchPlan[]::new);
    List<LoadedBatch> one = load(CROPPED, 1, plans);
    List<LoadedBatch> five = load(CROPPED, 5, plans);
    assertThat(one).hasSize(12);
    for (int b = 0; b < 12; b++) {
      assertThat(one.get(b).plan()).isSameAs(plans[b]);
      assertThat(five.get(b).plan()).isSameAs(plans[b]);
      assertThat(encoded(five.get(b))).isEqualTo(encoded(one.get(b)));
      assertThat(encoded(load(CROPPED, 1, plans[b]).getFirst())).isEqualTo(encoded(one.get(b)));
    }
  }

  @Test
  void everySamplingAndCropMakesTheSameBytesAgain() throws Exception {
    for (FrameSampling sampling : FrameSampling.values()) {
      for (String crop : List.of("multiscale", "whole", "short-side:30-44", "random-resized")) {
        ClipFormat format =
            new ClipFormat(4, new Size(24, 24), sampling, CropRule.parse(crop), true, 2);
        BatchPlan[] plans = {plan(Use.TRAINING, SAMPLES), plan(Use.VALIDATION, SAMPLES)};
        List<LoadedBatch> loaded = load(format, 1, plans);
        List<LoadedBatch> again = load(format, 3, plans);
        for (int b = 0; b < plans.length; b++) {
          assertThat(encoded(again.get(b))).isEqualTo(encoded(loaded.get(b)));
        }
        assertThat(loaded.getFirst().clips().orElseThrow().lineage().sampling())
            .isEqualTo(sampling.text() + ",repeat:2");
      }
    }
  }

  @Test
  void aFolderOfFramesIsAVideo() throws Exception {
    Path images = Files.createDirectory(folder.resolve("images"));
    try (FfmpegProgram ffmpeg = FfmpegProgram.unpack()) {
      String video = SAMPLES.get(3).video().toString();
      ffmpeg.run(List.of("-i", video, images.resolve("image_%05d.png").toString()));
    }
    Files.writeString(images.resolve("image_00010.png"), "no image");
    Sample listed = new Sample("images", 2, images, 24, Sample.measure(images));
    assertThat(listed.videoBytes()).isEqualTo(24);
    LoadedBatch loaded = load(WHOLE, 1, plan(Use.VALIDATION, List.of(listed))).getFirst();
    assertThat(loaded.damaged())
        .extracting(LoadedBatch.Flaw::cause)
        .containsExactly("its frame image_00010.png cannot be decoded: it is neither JPEG nor PNG");
    ClipBatch batch = loaded.clips().orElseThrow();
    assertThat(batch.frameIndex().toLongs()).containsExactly(3, 0, 15, 21);
    List<byte[]> decoded = decode(SAMPLES.get(3).video());
    for (int t : new int[] {0, 1, 2, 3}) {
      byte[] shown = bytes(batch.frames().row(0).row(t).data());
      byte[] expected = decoded.get((int) batch.frameIndex().toLongs()[t]);
      for (int i = 0; i < shown.length; i++) {
        // The program interpolates colour differences with another filter.
        assertThat(Math.abs((shown[i] & 0xFF) - (expected[i] & 0xFF))).isLessThan(40);
      }
    }
    Files.delete(images.resolve("image_00024.png"));
    assertEndsWith(listed, "images had 24 images when the dataset was listed, and has 23 now");
    Path empty = Files.createDirectory(folder.resolve("no-images"));
    Sample none = new Sample("empty", 0, empty, -1, Sample.measure(empty));
    assertThat(load(WHOLE, 1, plan(Use.TRAINING, List.of(none))).getFirst().unusable())
        .extracting(LoadedBatch.Flaw::cause)
        .containsExactly("the folder holds no numbered images");
  }

  @Test
  void framesThatDoNotAscendStandInTheirOrder() throws Exception {
    ClipFormat dense =
        new ClipFormat(6, new Size(48, 32), FrameSampling.DENSE, CropRule.WHOLE, false);
    ClipBatch batch = load(dense, 1, plan(Use.TRAINING, SAMPLES)).getFirst().clips().orElseThrow();
    for (int clip = 0; clip < 6; clip++) {
      List<byte[]> decoded = decode(SAMPLES.get(clip).video());
      long[] index = batch.frameIndex().row(clip).toLongs();
      for (int t = 0; t < 6; t++) {
        assertThat(index[t]).isEqualTo(10L * t % decoded.size());
        assertThat(bytes(batch.frames().row(clip).row(t).data()))
            .isEqualTo(decoded.get((int) index[t]));
      }
    }
  }

  @Test
  void repeatedClipsStandSideBySideWithTheSameFramesAndCropsOfTheirOwn() throws Exception {
    CropRule crop = CropRule.MULTISCALE;
    ClipFormat format = new ClipFormat(4, new Size(24, 24), FrameSampling.TSN, crop, true, 3);
    Sample gone = sample("gone", 0, folder.resolve("gone.mp4"));
    List<Sample> samples = List.of(SAMPLES.get(5), gone, SAMPLES.get(4));
    LoadedBatch loaded = load(format, 2, plan(Use.TRAINING, samples)).getFirst();
    assertThat(loaded.unusable()).hasSize(1);
    ClipBatch batch = loaded.clips().orElseThrow();
    assertThat(batch.clipIds())
        .containsExactly("clip5", "clip5", "clip5", "clip4", "clip4", "clip4");
    assertThat(batch.label().toLongs()).containsExactly(2, 2, 2, 1, 1, 1);
    boolean differs = false;
    for (int row = 0; row < 6; row++) {
      long[] index = batch.frameIndex().row(row).toLongs();
      assertThat(index).isEqualTo(batch.frameIndex().row(row / 3 * 3).toLongs());
      // The row that it would be if the video that is gone were there.
      int planned = row < 3 ? row : row + 3;
      BatchId id = new BatchId(0, 0);
      FrameView view =
          crop.training(
              new Size(48, 32), new Size(24, 24), CounterRandom.of(0, id, planned, "crop"));
      boolean flipped = CounterRandom.of(0, id, planned, "flip").nextDouble() < 0.5;
      List<byte[]> decoded = decode(samples.get(row / 3 * 2).video());
      byte[] expected = new byte[24 * 24 * 3];
      new FrameResizer(flipped ? view.mirror() : view)
          .resize(MemorySegment.ofArray(decoded.get((int) index[0])), 48 * 3, expected, 0);
      byte[] shown = bytes(batch.frames().row(row).row(0).data());
      assertThat(shown).isEqualTo(expected);
      differs |= !Arrays.equals(shown, bytes(batch.frames().row(row / 3 * 3).row(0).data()));
    }
    assertThat(differs).isTrue();
    assertThat(
            load(format, 1, plan(Use.VALIDATION, samples)).getFirst().clips().orElseThrow().clips())
        .isEqualTo(2);
  }

  @Test
  void batchesHoldWholeGroupsOfRepeatedClips() {
    ClipFormat format =
        new ClipFormat(4, new Size(24, 24), FrameSampling.TSN, CropRule.WHOLE, true, 3);
    assertThat(format.videosPerBatch(12)).isEqualTo(4);
    assertThat(format.samplingText()).isEqualTo("tsn,repeat:3");
    assertThat(WHOLE.samplingText()).isEqualTo("tsn");
    assertThatThrownBy(() -> format.videosPerBatch(8))
        .hasMessage("batches of 8 clips cannot hold each video 3 times: take a multiple");
  }

  @Test
  void aSmallLookAheadStillMakesEverything() throws Exception {
    BatchLoader.LoadingOptions tight = new BatchLoader.LoadingOptions(2, 0, List.of());
    BatchPlan[] plans = {plan(Use.TRAINING, SAMPLES), plan(Use.VALIDATION, SAMPLES)};
    try (BatchLoader loader = new BatchLoader(CROPPED, 0, VideoLimits.DEFAULT, tight)) {
      assertThat(loadAll(loader, plans)).hasSize(2);
    }
  }

  @Test
  void videosThatCannotBeUsedAreLeftOutWithTheirCause() throws Exception {
    Path text = Files.writeString(folder.resolve("text.mp4"), "no video at all");
    List<Sample> mixed =
        List.of(
            sample("text", 0, text),
            SAMPLES.get(4),
            sample("gone", 0, folder.resolve("gone.mp4")),
            SAMPLES.get(2));
    LoadedBatch loaded = load(WHOLE, 2, plan(Use.VALIDATION, mixed)).getFirst();
    assertThat(loaded.unusable())
        .extracting(flaw -> flaw.sample().clipId() + ": " + flaw.cause())
        .containsExactly(
            "text: it is not a video: Invalid data found when processing input",
            "gone: there is no such file");
    assertThat(loaded.skipped()).isEmpty();
    ClipBatch batch = loaded.clips().orElseThrow();
    assertThat(batch.clipIds()).containsExactly("clip4", "clip2");
    assertThat(batch.label().toLongs()).containsExactly(1, 2);
    ClipBatch alone =
        load(WHOLE, 1, plan(Use.VALIDATION, List.of(SAMPLES.get(4), SAMPLES.get(2))))
            .getFirst()
            .clips()
            .orElseThrow();
    assertThat(batch.frames().contentEquals(alone.frames())).isTrue();
    assertThat(batch.frameIndex().contentEquals(alone.frameIndex())).isTrue();
  }

  @Test
  void aBatchOfWhichNothingCanBeUsedIsSkippedWithTheCause() throws Exception {
    Sample gone = sample("gone", 0, folder.resolve("gone.mp4"));
    LoadedBatch loaded = load(WHOLE, 1, plan(Use.TRAINING, List.of(gone))).getFirst();
    assertThat(loaded.clips()).isEmpty();
    assertThat(loaded.skipped())
        .hasValue(
            "none of the batch's 1 videos can be used, the first (gone) because there is no such"
                + " file");
  }

  @Test
  void aFileThatIsNotTheListedOneAnyMoreEndsTheRun() throws Exception {
    Path file = folder.resolve("changing.mp4");
    Files.copy(SAMPLES.getFirst().video(), file);
    Sample listed = sample("changing", 0, file);
    Files.write(file, new byte[] {1, 2, 3});
    assertEndsWith(listed, "when the dataset was listed, and has 3 now");
    Files.delete(file);
    assertEndsWith(listed, "changing.mp4");
  }

  @Test
  void everyRealVideoBecomesAClip() throws Exception {
    List<Sample> real = new ArrayList<>();
    try (var files = Files.list(Require.shared("clips/real"))) {
      for (Path file : files.sorted().toList()) {
        real.add(sample(file.getFileName().toString(), 0, file));
      }
    }
    ClipFormat large =
        new ClipFormat(8, new Size(224, 224), FrameSampling.TSN, CropRule.MULTISCALE, true);
    LoadedBatch loaded = load(large, 2, plan(Use.TRAINING, real)).getFirst();
    assertThat(loaded.unusable()).isEmpty();
    assertThat(loaded.clips().orElseThrow().clips()).isEqualTo(real.size());
  }

  private static void assertEndsWith(Sample sample, String message) {
    BatchLoader.LoadingOptions impatient = new BatchLoader.LoadingOptions(1, 0, List.of());
    try (BatchLoader loader = new BatchLoader(WHOLE, 0, VideoLimits.DEFAULT, impatient)) {
      assertThatThrownBy(() -> loadAll(loader, plan(Use.TRAINING, List.of(sample))))
          .isInstanceOfSatisfying(
              ServiceException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.ENVIRONMENT))
          .hasMessageContaining(message);
    }
  }

  private static Sample sample(String id, int label, Path file) throws IOException {
    long bytes = Files.exists(file) ? Files.size(file) : Sample.UNKNOWN;
    return new Sample(id, label, file, Sample.UNKNOWN, bytes);
  }

  private static BatchPlan plan(Use use, List<Sample> samples) {
    return new BatchPlan(new BatchId(0, 0), samples, use);
  }

  private static List<LoadedBatch> load(ClipFormat format, int threads, BatchPlan... plans)
      throws InterruptedException {
    try (BatchLoader loader =
        new BatchLoader(
            format, 0, VideoLimits.DEFAULT, BatchLoader.LoadingOptions.ofThreads(threads))) {
      return loadAll(loader, plans);
    }
  }

  private static List<LoadedBatch> loadAll(BatchLoader loader, BatchPlan... plans)
      throws InterruptedException {
    List<LoadedBatch> loaded = new ArrayList<>();
    loader.load(List.of(plans).iterator(), loaded::add);
    return loaded;
  }

  private static byte[] encoded(LoadedBatch loaded) {
    return ClipBatchSerde.encode(loaded.clips().orElseThrow());
  }

  private static List<byte[]> decode(Path file) throws Exception {
    List<byte[]> frames = new ArrayList<>();
    try (VideoReader reader = VideoReader.open(file, VideoReader.ReadingOptions.DEFAULT)) {
      reader.forEach(frame -> {
        byte[] pixels = new byte[frame.bytes()];
        frame.copyTo(pixels, 0);
        frames.add(pixels);
      });
    }
    return frames;
  }

  private static byte[] bytes(MemorySegment segment) {
    return segment.toArray(ValueLayout.JAVA_BYTE);
  }
}
