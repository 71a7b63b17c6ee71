package io.pairstream.benchmarks.gpu;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pairstream.augmenter.cuda.CudaDevice;
import io.pairstream.augmenter.cuda.CudaSpeed;
import io.pairstream.augmenter.cuda.CudaSwapMix;
import io.pairstream.benchmarks.Benchmark.AgreementException;
import io.pairstream.benchmarks.Row;
import io.pairstream.clip.DType;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.kernel.MixFormat;
import io.pairstream.kernel.MixWeights;
import io.pairstream.ops.ServiceException;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Proves that the GPU's kernels agree with the plain expression, then measures them against what
/// bounds them and against PyTorch, for 64 clips of 8×224×224 unless told otherwise.
///
/// Arguments: the Python script, then optionally `--clips N`, `--device N`, `--rounds N` and
/// `--report FILE`. Exit code 3 with a sentence where there is no GPU.
public final class GpuBenchmark {
  private static final int FRAMES = 8;
  private static final int SIDE = 224;
  private static final int PIXELS = FRAMES * SIDE * SIDE;
  private static final int ENVIRONMENT = 3;
  private static final int FAILED = 1;
  private static final int HOST_ROUNDS = 5;

  private final GpuOptions options;
  private final PrintStream out;
  private final List<Row> rows = new ArrayList<>();

  private GpuBenchmark(GpuOptions options, PrintStream out) {
    this.options = options;
    this.out = out;
  }

  /// What it was told.
  record GpuOptions(Path python, int clips, int device, int rounds, Path report) {
    static GpuOptions parse(String[] arguments) {
      Path python = Path.of(arguments[0]);
      int clips = 64;
      int device = 0;
      int rounds = 15;
      Path report = Path.of("gpu-report.json");
      for (int i = 1; i + 1 < arguments.length; i += 2) {
        switch (arguments[i]) {
          case "--clips" -> clips = Integer.parseInt(arguments[i + 1]);
          case "--device" -> device = Integer.parseInt(arguments[i + 1]);
          case "--rounds" -> rounds = Integer.parseInt(arguments[i + 1]);
          case "--report" -> report = Path.of(arguments[i + 1]);
          default -> throw new IllegalArgumentException("no option " + arguments[i]);
        }
      }
      return new GpuOptions(python, clips, device, rounds, report);
    }
  }

  public static void main(String[] arguments) {
    try {
      new GpuBenchmark(GpuOptions.parse(arguments), System.out).run();
    } catch (ServiceException e) {
      System.err.println("gpu benchmark: " + e.getMessage());
      System.exit(ENVIRONMENT);
    } catch (AgreementException e) {
      System.err.println("gpu benchmark: NOT EQUAL, nothing was measured: " + e.getMessage());
      System.exit(FAILED);
    } catch (IOException | InterruptedException | ExecutionException e) {
      System.err.println("gpu benchmark: " + e);
      System.exit(FAILED);
    }
  }

  private void run()
      throws AgreementException, IOException, InterruptedException, ExecutionException {
    ObjectNode report = new ObjectMapper().createObjectNode();
    try (CudaDevice device = CudaDevice.open(options.device())) {
      String machine =
          "%s, compute capability %s, driver for %s, %s"
              .formatted(
                  device, device.capability(), device.driver(), LocalDate.now(ZoneOffset.UTC));
      out.println(machine);
      report.put("machine", machine).put("clips", options.clips());
      try (CudaSwapMix kernel = new CudaSwapMix(device)) {
        int checked = GpuAgreement.check(kernel);
        out.println("agreement: " + checked + " results equal the plain expression bit for bit");
        report.put("agreement", checked);
      }
      try (CudaSpeed speed = new CudaSpeed(device, options.rounds())) {
        kernels(speed);
        endToEnd(device, speed);
        torch(speed);
      }
    }
    ObjectMapper mapper = new ObjectMapper();
    for (Row row : rows) {
      report
          .withArray("rows")
          .addObject()
          .put("name", row.name())
          .put("value", row.value())
          .put("unit", row.unit())
          .put("ceilingName", row.ceilingName())
          .put("ceiling", row.ceiling())
          .put("ratio", row.ratio());
    }
    mapper.writerWithDefaultPrettyPrinter().writeValue(options.report().toFile(), report);
    out.println("written to " + options.report().toAbsolutePath());
  }

  private long inBytes() {
    return 3L * PIXELS * options.clips();
  }

  /// What the kernel reads and writes per second beside a copy that moves as much.
  private void kernels(CudaSpeed speed) {
    for (MixFormat format : MixFormat.values()) {
      long moved = inBytes() * (1 + format.bytes());
      double copy = moved / speed.deviceCopySeconds(moved / 2) / 1e9;
      double kernel = moved / kernelSeconds(speed, format) / 1e9;
      add(new Row("cuda-" + name(format), kernel, "GB/s", "copy on the device", copy));
    }
  }

  private double kernelSeconds(CudaSpeed speed, MixFormat format) {
    int frames = format.name().startsWith("TCHW") ? FRAMES : 1;
    return speed.kernelSeconds(format, options.clips() * frames, PIXELS / frames);
  }

  /// From and to the Java heap, as the augmenter does it.
  private void endToEnd(CudaDevice device, CudaSpeed speed)
      throws InterruptedException, ExecutionException {
    int cores = Runtime.getRuntime().availableProcessors();
    for (MixFormat format : List.of(MixFormat.U8, MixFormat.F16)) {
      double limit = options.clips() / speed.hostCopySeconds(inBytes(), inBytes() * format.bytes());
      for (int threads = 1; threads <= Math.min(8, cores); threads *= 2) {
        String name = "cuda-pairs-" + name(format) + "-" + threads + "-threads";
        double pairs = pairsPerSecond(device, format, threads);
        add(new Row(name, pairs, "pairs/s", "copies over PCIe", limit));
      }
    }
  }

  private double pairsPerSecond(CudaDevice device, MixFormat format, int threads)
      throws InterruptedException, ExecutionException {
    int clips = Math.max(1, options.clips() / threads);
    Tensor frames = Tensor.zeros(DType.U8, Shape.of(clips, FRAMES, SIDE, SIDE, 3));
    MixWeights weights = GpuAgreement.weights(clips, List.of(1, 2, 0), format == MixFormat.U8);
    try (CudaSwapMix kernel = new CudaSwapMix(device);
        ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<MemorySegment> results = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        results.add(
            MemorySegment.ofArray(
                new byte[Math.toIntExact(frames.shape().elements() * format.bytes())]));
      }
      double best = Double.MAX_VALUE;
      for (int round = 0; round < HOST_ROUNDS; round++) {
        long begun = System.nanoTime();
        List<Future<?>> all = new ArrayList<>();
        for (MemorySegment result : results) {
          all.add(
              pool.submit(() -> {
                for (int i = 0; i < threads; i++) {
                  kernel.mix(frames, weights, format, result);
                }
              }));
        }
        for (Future<?> one : all) {
          one.get();
        }
        best = Math.min(best, (System.nanoTime() - begun) / 1e9);
      }
      return (double) clips * threads * threads / best;
    }
  }

  private void torch(CudaSpeed speed) throws IOException, InterruptedException {
    TorchTimes times = TorchTimes.measure(options.python(), options.clips(), options.device());
    out.println(times.versions());
    for (MixFormat format : List.of(MixFormat.CTHW_F32, MixFormat.CTHW_F16)) {
      double ours = options.clips() / kernelSeconds(speed, format);
      for (String way : List.of("eager", "compile")) {
        String type = format == MixFormat.CTHW_F32 ? "f32" : "f16";
        times
            .seconds(way + "-" + type)
            .ifPresent(theirs ->
                add(
                    new Row(
                        "cuda-%s-vs-torch-%s".formatted(name(format), way),
                        ours,
                        "clips/s",
                        "PyTorch " + way,
                        options.clips() / theirs)));
      }
    }
  }

  private static String name(MixFormat format) {
    return format.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private void add(Row row) {
    rows.add(row);
    out.println(row);
  }
}
