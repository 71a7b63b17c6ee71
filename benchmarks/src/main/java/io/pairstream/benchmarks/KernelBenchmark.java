package io.pairstream.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pairstream.augment.AugmentationCatalog;
import io.pairstream.augment.BatchDraws;
import io.pairstream.augment.ClipAugmentation;
import io.pairstream.augment.pixel.ClipPixels;
import io.pairstream.augment.pixel.Workspace;
import io.pairstream.benchmarks.allocation.Allocation;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;
import io.pairstream.clip.DType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairRecipe;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.kernel.MixWeights;
import io.pairstream.kernel.PlainSwapMix;
import io.pairstream.kernel.SwapMixKernel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The arithmetic of a pair on one thread: 64 clips of 8×224×224, 77 MB, out of every cache. Input
/// bytes a second beside a copy of the same bytes, and beside PyTorch's expression of the same
/// SwapMix, which starts from the same pixels and normalises them.
///
/// PyTorch is Debian's (`/usr/bin/python3` with python3-torch and OpenBLAS): without it the rows
/// that compare with it cannot be made, and the command fails.
final class KernelBenchmark implements Benchmark {
  private static final int CLIPS = 64;
  private static final Shape SHAPE = Shape.of(CLIPS, 8, 224, 224, 3);
  private static final int ROUNDS = 9;

  /// What rounding to a half costs beside float32: half a unit at 4, and a little for the other
  /// order of PyTorch's operations.
  private static final double F16_TOLERANCE = 0x1p-9 + 1e-5;

  private final Tensor frames = noise();
  private final SwapMixKernel kernel = SwapMixKernel.fastest();
  private final PairRecipe.SwapMix recipe =
      new PairRecipe.SwapMix("swapmix(beta=1)", weights(), List.of(1, 2, 0));

  @Override
  public String name() {
    return "kernels";
  }

  @Override
  public List<String> promised() {
    return List.of(
        "swapmix-u8",
        "swapmix-f16",
        "swapmix-u8-vs-torch",
        "swapmix-f16-vs-torch",
        "hue-vs-swapmix");
  }

  @Override
  public List<Row> run() throws Exception {
    Tensor pixels = Tensor.zeros(DType.U8, SHAPE);
    Tensor halves = Tensor.zeros(DType.F16, SHAPE);
    MixWeights toPixels = MixWeights.fold(recipe, Normalization.IMAGENET, DType.U8);
    MixWeights toHalves = MixWeights.fold(recipe, Normalization.IMAGENET, DType.F16);
    requireAgreement(toPixels, pixels);
    requireAgreement(toHalves, halves);
    JsonNode torch = torch(pixels, halves);
    MemorySegment copy = MemorySegment.ofArray(new byte[(int) frames.data().byteSize()]);
    Timed memcpy = new Timed(() -> copy.copyFrom(frames.data()));
    Timed u8 = new Timed(() -> kernel.mix(frames, toPixels, pixels));
    Timed f16 = new Timed(() -> kernel.mix(frames, toHalves, halves));
    Timed hue = new Timed(hue(Tensor.zeros(DType.U8, SHAPE)));
    // In turn, so that what else the machine does meets all of them.
    for (int round = 0; round < ROUNDS; round++) {
      for (Timed one : List.of(memcpy, u8, f16, hue)) {
        one.measure();
      }
    }
    Allocation.measure().forEach(System.out::println);
    String mix = kernel.name() + " SwapMix to pixels";
    String eager = "PyTorch " + torch.get("version").asText() + ", one thread";
    List<Row> rows = new ArrayList<>();
    rows.addAll(
        List.of(
            row("swapmix-u8", u8.rate(), "memcpy of the same input", memcpy.rate()),
            row("swapmix-f16", f16.rate(), "memcpy of the same input", memcpy.rate()),
            row("swapmix-u8-vs-torch", u8.rate(), eager, rate(torch.get("u8_seconds").asDouble())),
            row(
                "swapmix-f16-vs-torch",
                f16.rate(),
                eager,
                rate(torch.get("f16_seconds").asDouble())),
            row("hue-vs-swapmix", hue.rate(), mix, u8.rate())));
    rows.addAll(new CropRows().measure(ROUNDS));
    return rows;
  }

  private static Row row(String name, double value, String ceilingName, double ceiling) {
    return new Row(name, value, "GB/s", ceilingName, ceiling);
  }

  private static double rate(double seconds) {
    return SHAPE.elements() / seconds / 1e9;
  }

  /// The seconds of the rounds of one measured thing; the first one warms up.
  static final class Timed {
    private final Runnable work;
    private final List<Double> seconds = new ArrayList<>();

    Timed(Runnable work) {
      this.work = work;
      work.run();
      work.run();
    }

    void measure() {
      long start = System.nanoTime();
      work.run();
      seconds.add((System.nanoTime() - start) / 1e9);
    }

    /// Of the round in the middle.
    double seconds() {
      Collections.sort(seconds);
      return seconds.get(seconds.size() / 2);
    }

    /// Of the round in the middle, in GB of input a second.
    double rate() {
      return KernelBenchmark.rate(seconds());
    }
  }

  /// The hue of each clip as the augmenter turns it, into a given result.
  private Runnable hue(Tensor result) {
    ClipAugmentation augmentation =
        AugmentationCatalog.load().all().stream()
            .filter(one -> one.name().equals("hue-jitter"))
            .map(ClipAugmentation.class::cast)
            .findFirst()
            .orElseThrow();
    Workspace workspace = new Workspace();
    BatchDraws draws = new BatchDraws(1, new BatchId(0, 0));
    byte[] data = (byte[]) result.data().heapBase().orElseThrow();
    int bytes = data.length / CLIPS;
    return () -> {
      for (int i = 0; i < CLIPS; i++) {
        MemorySegment.copy(
            frames.data(), ValueLayout.JAVA_BYTE, i * (long) bytes, data, i * bytes, bytes);
        ClipPixels clip = new ClipPixels(data, i * bytes, 8, 224, 224);
        augmentation.apply(clip, draws.clip(i, augmentation.name()), workspace);
      }
    };
  }

  private void requireAgreement(MixWeights weights, Tensor result) throws AgreementException {
    kernel.mix(frames, weights, result);
    Tensor plain = Tensor.zeros(weights.output(), SHAPE);
    new PlainSwapMix().mix(frames, weights, plain);
    long difference = plain.data().mismatch(result.data());
    if (difference >= 0) {
      throw new AgreementException(
          kernel.name() + " differs from the plain kernel at byte " + difference);
    }
  }

  /// PyTorch's seconds, after it has compared its own values with ours.
  private JsonNode torch(Tensor pixels, Tensor halves) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("pairstream-kernels");
    try {
      write(folder.resolve("frames.u8"), frames);
      write(folder.resolve("pixels.u8"), pixels);
      write(folder.resolve("halves.f16"), halves);
      Path script = folder.resolve("swapmix.py");
      try (InputStream in = KernelBenchmark.class.getResourceAsStream("swapmix.py")) {
        Files.copy(java.util.Objects.requireNonNull(in), script);
      }
      List<String> command = new ArrayList<>();
      command.addAll(List.of("/usr/bin/python3", script.toString(), folder.toString()));
      command.add(Double.toString(F16_TOLERANCE));
      command.addAll(recipe.mixWeight().stream().map(String::valueOf).toList());
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      byte[] said = process.getInputStream().readAllBytes();
      if (process.waitFor() != 0) {
        throw new IOException("PyTorch's side failed, or there is no python3-torch");
      }
      return new ObjectMapper().readTree(said);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static void write(Path file, Tensor tensor) throws IOException {
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        OutputStream out = Channels.newOutputStream(channel)) {
      out.write(tensor.data().toArray(ValueLayout.JAVA_BYTE));
    }
  }

  private static List<Float> weights() {
    CounterRandom draws = CounterRandom.of(1, new BatchId(0, 0), 0, "mix-weight");
    Float[] weights = new Float[CLIPS];
    Arrays.setAll(weights, i -> (float) draws.nextDouble());
    return List.of(weights);
  }

  private static Tensor noise() {
    Tensor tensor = Tensor.zeros(DType.U8, SHAPE);
    CounterRandom draws = CounterRandom.of(1, new BatchId(0, 0), 0, "noise");
    for (long i = 0; i + 8 <= tensor.data().byteSize(); i += 8) {
      tensor.data().set(ValueLayout.JAVA_LONG_UNALIGNED, i, draws.nextLong());
    }
    return tensor;
  }
}
