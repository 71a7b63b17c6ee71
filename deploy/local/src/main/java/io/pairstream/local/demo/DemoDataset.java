package io.pairstream.local.demo;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.CounterRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// The demo's videos, a folder a class:
///
/// - `train/` 1,600 clips whose hue follows the class in nine of ten
/// - `validation-sets/same-colours/` 400 clips drawn the same way
/// - `validation-sets/independent-colours/` 400 clips whose hue tells nothing
/// - `validation-sets/hue-60/` … `hue-300/` 200 of the same-colours clips, hues turned
///
/// Test clips come from another seed than training clips.
///
/// @param trainClips clips of the training set
/// @param testClips clips of each of the two drawn test sets
/// @param turnedClips clips of each hue set
public record DemoDataset(int trainClips, int testClips, int turnedClips) {
  /// The sizes that the demo uses.
  public static final DemoDataset FULL = new DemoDataset(1600, 400, 200);

  public static final String TRAIN = "train";
  public static final String VALIDATION_SETS = "validation-sets";
  public static final String SAME_COLOURS = "same-colours";
  public static final String INDEPENDENT_COLOURS = "independent-colours";

  /// The angles in degrees of the hue sets, each named `hue-ANGLE`.
  public static final List<Integer> TURNS = List.of(60, 120, 180, 240, 300);

  private static final double BIAS = 0.9;

  public DemoDataset {
    if (trainClips < 1 || testClips < 1 || turnedClips < 0 || turnedClips > testClips) {
      throw new IllegalArgumentException(
          "clips " + trainClips + ", " + testClips + ", " + turnedClips);
    }
  }

  /// The names of the hue sets.
  static List<String> turnedSets() {
    return TURNS.stream().map(degrees -> "hue-" + degrees).toList();
  }

  /// How many files [#draw] writes.
  public int files() {
    return trainClips + 2 * testClips + TURNS.size() * turnedClips;
  }

  /// Draws all sets below a folder, on as many threads as there are cores.
  ///
  /// @throws IOException when a file cannot be written
  public void draw(Path directory, long seed, ClipSink sink) throws IOException {
    Path sets = directory.resolve(VALIDATION_SETS);
    List<Drawing> drawings = drawings(directory.resolve(TRAIN), sets, seed);
    int threads = Math.min(Runtime.getRuntime().availableProcessors(), 8);
    try (ExecutorService pool =
        Executors.newFixedThreadPool(threads, Thread.ofPlatform().name("draw-", 0).factory())) {
      List<Future<?>> strands = new ArrayList<>();
      for (int strand = 0; strand < threads; strand++) {
        int first = strand;
        strands.add(
            pool.submit(
                () -> drawEvery(drawings.subList(first, drawings.size()), threads, sets, sink)));
      }
      for (Future<?> strand : strands) {
        strand.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IllegalStateException("drawing failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("drawing was interrupted", e);
    }
  }

  /// One clip to draw and where its file and its turned copies go.
  private record Drawing(Path set, Motion motion, int number, double bias, long seed) {
    byte[] frames() {
      String purpose = "demo/" + set.getFileName();
      return MotionClip.draw(
          motion, bias, CounterRandom.of(seed, new BatchId(0, 0), number, purpose));
    }

    Path file(Path folder) {
      return folder.resolve(motion.className()).resolve("%05d.mp4".formatted(number));
    }
  }

  private List<Drawing> drawings(Path train, Path sets, long seed) throws IOException {
    // The complement never equals the seed of a training set, nor that of another demo's test set.
    long testSeed = ~seed;
    List<Drawing> drawings = new ArrayList<>();
    addSet(drawings, train, trainClips, BIAS, seed);
    addSet(drawings, sets.resolve(SAME_COLOURS), testClips, BIAS, testSeed);
    addSet(drawings, sets.resolve(INDEPENDENT_COLOURS), testClips, 0, testSeed);
    for (int degrees : TURNS) {
      makeFolders(turned(sets, degrees));
    }
    return drawings;
  }

  private static void addSet(List<Drawing> drawings, Path set, int clips, double bias, long seed)
      throws IOException {
    makeFolders(set);
    Motion[] motions = Motion.values();
    for (int i = 0; i < clips; i++) {
      drawings.add(new Drawing(set, motions[i % motions.length], i, bias, seed));
    }
  }

  private static void makeFolders(Path set) throws IOException {
    for (Motion motion : Motion.values()) {
      Files.createDirectories(set.resolve(motion.className()));
    }
  }

  /// Draws the first and then each `step`-th.
  private @Nullable Void drawEvery(List<Drawing> drawings, int step, Path sets, ClipSink sink)
      throws IOException {
    for (int i = 0; i < drawings.size(); i += step) {
      Drawing drawing = drawings.get(i);
      byte[] frames = drawing.frames();
      sink.write(drawing.file(drawing.set()), frames);
      if (drawing.set().endsWith(SAME_COLOURS) && drawing.number() < turnedClips) {
        for (int degrees : TURNS) {
          sink.write(drawing.file(turned(sets, degrees)), Hue.rotated(frames, degrees));
        }
      }
    }
    return null;
  }

  private static Path turned(Path sets, int degrees) {
    return sets.resolve("hue-" + degrees);
  }
}
