package io.pairstream.benchmarks.training;

import io.pairstream.benchmarks.Row;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.Shape;
import io.pairstream.trainer.model.ModelSpec;
import io.pairstream.trainer.optim.OptimizerSpec;
import io.pairstream.trainer.torch.TorchRuntime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Whether training takes ever more native memory: the resident memory of this process less its
/// committed heap, at step 100 beside step 1,000 of a model on the smallest clips that it takes.
/// The heap must be resident as far as it is committed (`-XX:+AlwaysPreTouch`).
///
/// @param row its name in the report
/// @param model one of the built-in ones
/// @param frames of a clip
/// @param side of its pictures
record MemoryGrowth(String row, String model, int frames, int side) {
  private static final int EARLY = 100;
  private static final int LATE = 1_000;
  private static final int CLASSES = 8;
  private static final double RATE = 1e-4;

  static final List<MemoryGrowth> ALL =
      List.of(
          new MemoryGrowth("train-memory-tsm", "tsm-resnet18-narrow", 4, 32),
          new MemoryGrowth("train-memory-slowfast", "slowfast-8x8-r50", 4, 32),
          new MemoryGrowth("train-memory-uniformer", "uniformer-s", 4, 32));

  Row measure(TorchRuntime runtime) throws IOException {
    Shape shape = Shape.of(2, frames, side, side, 3);
    List<PairBatch> pairs =
        List.of(Drifting.pair(0, shape, CLASSES), Drifting.pair(1, shape, CLASSES));
    ModelSpec spec =
        new ModelSpec(
            model,
            new ModelSpec.Input(frames, Optional.of(new ModelSpec.Crop(side, side))),
            CLASSES,
            new ModelSpec.Regularization(OptionalDouble.empty(), OptionalDouble.empty(), false),
            0,
            ai.djl.ndarray.types.DataType.FLOAT32);
    double early = 0;
    try (OwnTraining training =
        new OwnTraining(runtime, spec, new OptimizerSpec.Adaptive(0.9), 0.01)) {
      for (int step = 1; step <= LATE; step++) {
        training.step(pairs.get(step % 2), RATE);
        if (step == EARLY) {
          early = besideHeap();
        }
        if (step % EARLY == 0) {
          System.out.printf("%s, step %d: %.1f MB beside the heap%n", row, step, besideHeap());
        }
      }
      return new Row(row, early, "MB", "step " + LATE, besideHeap());
    }
  }

  /// Megabytes, after a collection: what Java holds of native memory goes with its handles.
  private static double besideHeap() throws IOException {
    System.gc();
    double resident =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmRSS"))
            .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
            .findFirst()
            .orElseThrow();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
    return resident - (double) heap / (1 << 20);
  }
}
