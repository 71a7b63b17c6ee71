package io.pairstream.trainer;

import ai.djl.ndarray.types.DataType;
import io.pairstream.clip.Tensor;
import io.pairstream.ops.ServiceException;
import io.pairstream.trainer.model.ModelSpec;
import io.pairstream.trainer.model.StateDict;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.model.VideoNets;
import io.pairstream.trainer.torch.TorchRuntime;
import io.pairstream.trainer.weights.Reading;
import io.pairstream.trainer.weights.StoredTensor;
import io.pairstream.trainer.weights.WeightFile;
import io.pairstream.trainer.weights.WeightMatch;
import io.pairstream.trainer.weights.WeightSource;
import io.pairstream.wire.SafeTensors;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Turns a file of weights into safetensors under the reference's names.
public final class WeightConversion {
  /// Frames of a clip that every model can be built for; no weight's shape depends on it.
  private static final int SEGMENTS = 32;

  private WeightConversion() {}

  /// Renames the tensors as they are. What the reference has no name for is left out.
  ///
  /// @return what was done, a sentence a line
  /// @throws ServiceException (2) if `out` is there already or `source` is no file of weights, (3)
  ///   if one cannot be read or the other written
  public static List<String> rename(WeightSource source, Path out) {
    requireNew(out);
    return InitialWeights.open(
        source,
        weights -> {
          Reading reading = Reading.of(weights.tensors().keySet());
          SequencedMap<String, String> targets = reading.targets(weights.tensors().keySet());
          InitialWeights.requireMemory(weights.denseBytes());
          SortedMap<String, Tensor> renamed = new TreeMap<>();
          List<String> left = new ArrayList<>(weights.tensors().keySet());
          for (Map.Entry<String, String> entry : targets.entrySet()) {
            StoredTensor tensor = weights.tensors().get(entry.getValue());
            if (tensor != null) {
              renamed.put(entry.getKey(), tensor.dense());
            }
          }
          left.removeAll(Set.copyOf(targets.values()));
          write(out, renamed);
          List<String> lines = new ArrayList<>();
          String front = reading.front().leftOut(weights.prefix());
          lines.add(
              "renamed %d tensors%s from %s names%s"
                  .formatted(
                      renamed.size(),
                      weights.place().isEmpty() ? "" : " of '" + weights.place() + "'",
                      reading.naming().owner(),
                      front.isEmpty() ? "" : ", '" + front + "' in front left out"));
          if (!left.isEmpty()) {
            lines.add("left in the file %d: %s".formatted(left.size(), String.join(", ", left)));
          }
          return lines;
        });
  }

  /// Completes the tensors to all of a model's: what the file lacks and may lack, such as the
  /// classifier for other classes, is drawn from seed 0.
  ///
  /// @param classes how many; empty: as the file's classifier has
  /// @return what was done, a sentence a line
  /// @throws ServiceException as [#rename], and (2) if the file does not fit the model
  public static List<String> complete(
      WeightSource source, Path out, String model, OptionalInt classes) {
    requireNew(out);
    try {
      VideoNets.requireKnown(model);
    } catch (IllegalArgumentException e) {
      throw ServiceException.usage(String.valueOf(e.getMessage()), e);
    }
    int count = classes.isPresent() ? classes.getAsInt() : classesOf(source);
    TorchRuntime torch;
    try {
      torch = TorchRuntime.start(1);
    } catch (IllegalStateException e) {
      throw ServiceException.environment(String.valueOf(e.getMessage()), e);
    }
    ModelSpec spec =
        new ModelSpec(model, SEGMENTS, count, OptionalDouble.empty(), 0, DataType.FLOAT32);
    try (VideoNet net = VideoNets.create(spec, torch.newManager())) {
      WeightMatch match = InitialWeights.load(net, source);
      write(out, StateDict.of(net));
      return match.report();
    }
  }

  private static int classesOf(WeightSource source) {
    return InitialWeights.open(
        source,
        (WeightFile weights) -> {
          for (Reading reading : Reading.candidates(weights.tensors().keySet(), weights.prefix())) {
            java.util.OptionalLong found = WeightMatch.classes(weights.tensors(), reading);
            if (found.isPresent()) {
              return Math.toIntExact(found.getAsLong());
            }
          }
          throw new IllegalArgumentException(
              "it has no classifier that says how many classes there are: give --classes");
        });
  }

  private static void requireNew(Path out) {
    if (Files.exists(out)) {
      throw ServiceException.usage(out + " is there already");
    }
  }

  private static void write(Path out, SortedMap<String, Tensor> tensors) {
    SortedMap<String, String> metadata = new TreeMap<>();
    metadata.put("format", "pt");
    Path unfinished = out.resolveSibling(out.getFileName() + ".unfinished");
    try {
      try (OutputStream stream = Files.newOutputStream(unfinished)) {
        new SafeTensors(tensors, metadata).write(stream);
      }
      Files.move(unfinished, out, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw ServiceException.environment(
          "the weights " + out + " cannot be written: " + e.getMessage(), e);
    }
  }
}
