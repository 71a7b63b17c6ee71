package io.pairstream.local.run;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What a run takes of this machine's memory, as an estimate: what its trainers were seen to take,
/// and what the other processes may.
///
/// The figures are the largest resident sizes of `pairstream train` on the processor, in runs of
/// one epoch on clips of 8×224² (docs/reference/performance.md); what grows with the clips grows
/// with their pixels.
///
/// @param trainers bytes of all trainers together
/// @param others bytes of broker, producer and augmenters
public record MemoryNeed(long trainers, long others) {
  private static final long MB = 1_000_000;

  /// Libraries, weights, optimizer, heap.
  private static final long TRAINER = 1_000 * MB;

  private static final long BROKER = 1_200 * MB;
  private static final long PRODUCER = 1_000 * MB;
  private static final long AUGMENTER = 1_000 * MB;

  /// What the system, its files and a wrong estimate may take beside.
  private static final double SPARE = 1.1;

  private static final double MEASURED_PIXELS = 8 * 224 * 224;

  /// By model, bytes that a pair of clips of 8×224² adds.
  private static final Map<String, Long> PAIR =
      Map.of(
          "tsm-resnet18-narrow", 300 * MB,
          "tsm-resnet18", 410 * MB,
          "tsm-resnet34", 800 * MB,
          "tsm-resnet50", 2_140 * MB,
          "slowfast-8x8-r50", 800 * MB,
          "uniformer-s", 1_100 * MB);

  /// What a run without `--model` may train, the best first.
  private static final List<String> USUAL =
      List.of("tsm-resnet50", "tsm-resnet18", "tsm-resnet18-narrow");

  /// What is trained.
  ///
  /// @param frames T of a clip
  /// @param height H, in pixels
  /// @param width W, in pixels
  /// @param clipsPerBatch N
  public record Batch(int frames, int height, int width, int clipsPerBatch) {
    private double pixels() {
      return (double) clipsPerBatch * frames * height * width;
    }
  }

  /// The need of a run.
  ///
  /// @param models of its trainers, by name
  /// @return empty if the need of a model is not known
  public static Optional<MemoryNeed> of(List<String> models, Batch batch, int augmenters) {
    long trainers = 0;
    for (String model : models) {
      Long pair = PAIR.get(model);
      if (pair == null) {
        return Optional.empty();
      }
      trainers += TRAINER + Math.round(pair * batch.pixels() / MEASURED_PIXELS);
    }
    return Optional.of(new MemoryNeed(trainers, BROKER + PRODUCER + augmenters * AUGMENTER));
  }

  public long bytes() {
    return trainers + others;
  }

  /// The best model of those that fit, or the smallest if none does.
  ///
  /// @param trainers how many train it
  /// @param room bytes that there are
  public static String fitting(Batch batch, int trainers, int augmenters, long room) {
    return USUAL.stream()
        .filter(model ->
            of(Collections.nCopies(trainers, model), batch, augmenters)
                .filter(need -> need.bytes() * SPARE <= room)
                .isPresent())
        .findFirst()
        .orElse(USUAL.getLast());
  }

  /// `about 18.2 GB of memory (16.1 of it for training)`.
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "about %.1f GB of memory (%.1f of it for training)",
        bytes() / 1e9,
        trainers / 1e9);
  }
}
