package io.pairstream.benchmarks.training;

import io.pairstream.benchmarks.Benchmark;
import io.pairstream.benchmarks.Median;
import io.pairstream.benchmarks.Row;
import io.pairstream.benchmarks.TemporaryFolder;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.Shape;
import io.pairstream.trainer.model.ModelSpec;
import io.pairstream.trainer.optim.OptimizerSpec;
import io.pairstream.trainer.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// Training steps of TSM-ResNet-50 as a TorchScript model with bfloat16 inside, beside the same
/// model in float32, in turn. Both are saved by `export.py`, with equal float32 weights.
final class HalfPrecision {
  static final String ROW = "train-bf16";

  private static final Path CPU = Path.of("/proc/cpuinfo");
  private static final int FRAMES = 8;
  private static final int SIDE = 224;
  private static final int CLASSES = 174;
  private static final int CLIPS = 2;
  private static final double NEXT_TO_NOTHING = 1e-9;

  /// Of the first loss, relative: bfloat16 has 8 bits.
  private static final double TOLERANCE = 0.05;

  private final TorchRuntime runtime;
  private final int rounds;

  HalfPrecision(TorchRuntime runtime, int rounds) {
    this.runtime = runtime;
    this.rounds = rounds;
  }

  Row row() throws Exception {
    if (!supported()) {
      return Row.unsupported(ROW, "this processor has neither AMX nor AVX512-BF16");
    }
    try (TemporaryFolder folder = TemporaryFolder.create("pairstream-bf16")) {
      export(folder.path());
      PairBatch pair = Drifting.pair(0, Shape.of(CLIPS, FRAMES, SIDE, SIDE, 3), CLASSES);
      try (OwnTraining single = training(folder.path().resolve("float32.pt"));
          OwnTraining half = training(folder.path().resolve("bf16.pt"))) {
        double want = single.step(pair, NEXT_TO_NOTHING).result().crossEntropy();
        double have = half.step(pair, NEXT_TO_NOTHING).result().crossEntropy();
        if (!(Math.abs(have - want) <= TOLERANCE * want)) {
          throw new Benchmark.AgreementException(
              ROW + ": the cross-entropy is " + have + " in bfloat16, " + want + " in float32");
        }
        return measure(single, half, pair);
      }
    }
  }

  private Row measure(OwnTraining single, OwnTraining half, PairBatch pair) {
    List<Double> singles = new ArrayList<>();
    List<Double> halves = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      singles.add(single.step(pair, NEXT_TO_NOTHING).seconds());
      halves.add(half.step(pair, NEXT_TO_NOTHING).seconds());
      System.out.printf(
          "%s, round %d: float32 %.2f s, bfloat16 %.2f s%n",
          ROW, round + 1, singles.getLast(), halves.getLast());
    }
    return new Row(
        ROW, 1 / Median.of(halves), "steps/s", "the same model in float32", 1 / Median.of(singles));
  }

  private OwnTraining training(Path file) {
    ModelSpec spec =
        new ModelSpec(
            file.toString(),
            FRAMES,
            CLASSES,
            OptionalDouble.empty(),
            0,
            ai.djl.ndarray.types.DataType.FLOAT32);
    return new OwnTraining(runtime, spec, new OptimizerSpec.Momentum(0.9, false), 5e-4);
  }

  private static boolean supported() throws IOException {
    return Files.exists(CPU)
        && Files.readAllLines(CPU).stream()
            .filter(line -> line.startsWith("flags"))
            .anyMatch(line -> line.contains(" amx_bf16") || line.contains(" avx512_bf16"));
  }

  private static void export(Path folder) throws IOException, InterruptedException {
    Path script = TorchTraining.script(folder, "export.py");
    Process process =
        new ProcessBuilder(
                TorchTraining.PYTHON,
                script.toString(),
                folder.toString(),
                "50",
                Integer.toString(FRAMES),
                Integer.toString(CLASSES))
            .inheritIO()
            .start();
    if (process.waitFor() != 0) {
      throw new IOException("the models could not be saved, or there is no python3-torch");
    }
  }
}
