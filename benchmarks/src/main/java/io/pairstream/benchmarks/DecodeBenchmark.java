package io.pairstream.benchmarks;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;
import io.pairstream.producer.video.FfmpegProgram;
import io.pairstream.producer.video.Scaling;
import io.pairstream.producer.video.VideoException;
import io.pairstream.producer.video.VideoLimits;
import io.pairstream.producer.video.VideoReader;
import io.pairstream.producer.video.VideoWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// Decoding against the ffmpeg program of the same build, frames a second of processor time.
///
/// Dense: every frame as RGB, equal to the program's. Sparse: eight frames of a file that is known
/// to be whole, against reading it densely.
final class DecodeBenchmark implements Benchmark {
  private static final int WIDTH = 340;
  private static final int HEIGHT = 256;
  private static final int FRAMES = 250;
  private static final int READS = 20;
  private static final int SEGMENTS = 8;
  private static final VideoReader.ReadingOptions LIKE_FFMPEG =
      new VideoReader.ReadingOptions(VideoLimits.DEFAULT, Scaling.LIKE_FFMPEG);

  @Override
  public String name() {
    return "decode";
  }

  @Override
  public List<Row> run() throws Exception {
    Path folder = Files.createTempDirectory("pairstream-decode");
    List<Row> rows = new ArrayList<>();
    try (FfmpegProgram program = FfmpegProgram.unpack()) {
      for (VideoWriter.Codec codec : VideoWriter.Codec.values()) {
        String name = codec.name().toLowerCase(java.util.Locale.ROOT);
        Path file = folder.resolve(name + (codec == VideoWriter.Codec.H264 ? ".mp4" : ".avi"));
        encode(file, codec);
        requireEqual(program, file);
        double dense = perSecond(READS * FRAMES, oursDense(file));
        rows.add(
            new Row(
                "decode-dense-" + name,
                dense,
                "frames/cpu-s",
                "ffmpeg program",
                perSecond(READS * FRAMES, programCpu(program, file))));
        rows.add(
            new Row(
                "decode-sparse-" + name,
                perSecond(READS, oursSparse(file)),
                "clips/cpu-s",
                "reading densely",
                dense / FRAMES));
      }
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    return rows;
  }

  /// Ten seconds of a texture that drifts, with a little noise: neither trivial nor white noise.
  private static void encode(Path file, VideoWriter.Codec codec) throws IOException {
    CounterRandom random = CounterRandom.of(1, new BatchId(0, 0), 0, "texture");
    double[] phase = new double[18];
    for (int i = 0; i < phase.length; i++) {
      phase[i] = random.nextDouble() * 6.28;
    }
    VideoWriter.VideoFormat options =
        new VideoWriter.VideoFormat(codec, WIDTH, HEIGHT, 25, 25, 800_000);
    byte[] frame = new byte[WIDTH * HEIGHT * 3];
    try (VideoWriter writer = VideoWriter.open(file, options)) {
      for (int t = 0; t < FRAMES; t++) {
        for (int i = 0; i < frame.length; i++) {
          int x = i / 3 % WIDTH;
          int y = i / 3 / WIDTH;
          int c = i % 3;
          double value = 0;
          for (int k = 0; k < 6; k++) {
            double angle = phase[k * 3 + c] + (x * (k + 1) + 2 * t) * 0.02 + y * 0.03 * (6 - k);
            value += Math.sin(angle) * 18;
          }
          frame[i] = (byte) Math.clamp((int) (128 + value + random.nextInt(9) - 4), 0, 255);
        }
        writer.write(frame);
      }
    }
  }

  private static List<String> arguments(Path file, String target, boolean oneFrame) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-v",
                "error",
                "-nostdin",
                "-threads",
                "1",
                "-filter_threads",
                "1",
                "-i",
                file.toString(),
                "-vf",
                "scale=" + WIDTH + ":" + HEIGHT,
                "-pix_fmt",
                "rgb24"));
    if (oneFrame) {
      arguments.addAll(List.of("-frames:v", "1"));
    }
    arguments.addAll(List.of("-f", "rawvideo", "-y", target));
    return arguments;
  }

  private static void requireEqual(FfmpegProgram program, Path file)
      throws IOException, InterruptedException, VideoException, AgreementException {
    Process process =
        program
            .command(arguments(file, "pipe:1", false))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    byte[] ours = new byte[WIDTH * HEIGHT * 3];
    int[] different = {0};
    int frames;
    try (InputStream theirs = process.getInputStream();
        VideoReader reader = VideoReader.open(file, LIKE_FFMPEG)) {
      frames =
          reader
              .forEach(frame -> {
                frame.copyTo(ours, 0);
                try {
                  if (!Arrays.equals(ours, theirs.readNBytes(ours.length))) {
                    different[0]++;
                  }
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              })
              .frames();
      if (theirs.read() >= 0 || frames != FRAMES || different[0] > 0) {
        throw new AgreementException(
            file.getFileName() + ": " + frames + " frames, " + different[0] + " not the program's");
      }
    }
    process.waitFor();
  }

  private static Duration oursDense(Path file) throws VideoException, IOException {
    readDense(file, READS / 2);
    Duration before = CpuClock.ofThisProcess();
    readDense(file, READS);
    return CpuClock.ofThisProcess().minus(before);
  }

  private static void readDense(Path file, int times) throws VideoException, IOException {
    for (int i = 0; i < times; i++) {
      try (VideoReader reader = VideoReader.open(file, LIKE_FFMPEG)) {
        reader.forEach(_ -> {});
      }
    }
  }

  private static Duration oursSparse(Path file) throws VideoException, IOException {
    readSparse(file, READS / 2);
    Duration before = CpuClock.ofThisProcess();
    readSparse(file, READS);
    return CpuClock.ofThisProcess().minus(before);
  }

  private static void readSparse(Path file, int times) throws VideoException, IOException {
    int[] wanted = new int[SEGMENTS];
    for (int i = 0; i < SEGMENTS; i++) {
      wanted[i] = FRAMES * (2 * i + 1) / (2 * SEGMENTS);
    }
    for (int i = 0; i < times; i++) {
      try (VideoReader reader = VideoReader.open(file, LIKE_FFMPEG)) {
        reader.sample(_ -> wanted, (_, _) -> {}, OptionalInt.of(FRAMES));
      }
    }
  }

  /// The program's time for all reads, less that of as many reads of one frame.
  private static Duration programCpu(FfmpegProgram program, Path file)
      throws IOException, InterruptedException {
    return timed(program, file, false).minus(timed(program, file, true));
  }

  private static Duration timed(FfmpegProgram program, Path file, boolean oneFrame)
      throws IOException, InterruptedException {
    program.run(arguments(file, "/dev/null", oneFrame));
    Duration before = CpuClock.ofChildren();
    for (int i = 0; i < READS; i++) {
      program.run(arguments(file, "/dev/null", oneFrame));
    }
    return CpuClock.ofChildren().minus(before);
  }

  private static double perSecond(int count, Duration time) {
    return count * 1e9 / time.toNanos();
  }
}
