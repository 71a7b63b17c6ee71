package io.pairstream.trainer;

import ai.djl.ndarray.NDArray;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.ops.ServiceException;
import io.pairstream.trainer.model.StateDict;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.weights.StoredTensor;
import io.pairstream.trainer.weights.WeightFile;
import io.pairstream.trainer.weights.WeightFormatException;
import io.pairstream.trainer.weights.WeightMatch;
import io.pairstream.trainer.weights.WeightSource;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedMap;

/// Puts the weights of a file into a model. Every refusal is one sentence that names the file.
public final class InitialWeights {
  private InitialWeights() {}

  /// Reads the file's list of tensors.
  ///
  /// @throws ServiceException (2) if it is not there or no file of weights, (3) if it cannot be
  ///   read
  public static void requireReadable(WeightSource source) {
    open(source, _ -> true);
  }

  /// What is done with an open file.
  public interface Use<T> {
    T apply(WeightFile weights) throws IOException;
  }

  /// Opens a file of weights for a moment.
  ///
  /// @throws ServiceException (2) if it is not there, no file of weights, or `use` refuses it with
  ///   an IllegalArgumentException, (3) if it cannot be read
  public static <T> T open(WeightSource source, Use<T> use) {
    Path file = source.file();
    try (WeightFile weights = source.open()) {
      return use.apply(weights);
    } catch (NoSuchFileException e) {
      throw ServiceException.usage("there is no file of weights " + file, e);
    } catch (WeightFormatException e) {
      String sentence = String.valueOf(e.getMessage());
      throw ServiceException.usage(
          sentence.startsWith(file.toString()) ? sentence : file + ": " + sentence, e);
    } catch (IllegalArgumentException e) {
      throw ServiceException.usage(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw ServiceException.environment(
          "the weights " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /// Overwrites what the file has of the model; the rest stays.
  ///
  /// @return what was found where
  /// @throws ServiceException (2) if the file does not fit the model, which has not changed then;
  ///   and as [#open]
  public static WeightMatch load(VideoNet net, WeightSource source) {
    return open(source, weights -> load(net, weights));
  }

  private static WeightMatch load(VideoNet net, WeightFile weights) throws IOException {
    WeightMatch match =
        WeightMatch.of(
            weights.tensors(),
            new WeightMatch.Origin(weights.place(), weights.prefix()),
            shapes(net),
            net.name());
    long bytes = 0;
    for (NDArray array : net.parameters().values()) {
      bytes += array.size() * array.getDataType().getNumOfBytes();
    }
    // The model's own and the file's, until one is copied into the other.
    requireMemory(bytes + weights.denseBytes());
    SortedMap<String, Tensor> state = StateDict.of(net);
    state.putAll(tensors(weights, match, shapes(net)));
    StateDict.load(net, state);
    return match;
  }

  /// The matched tensors under the model's names and in its shapes.
  private static Map<String, Tensor> tensors(
      WeightFile weights, WeightMatch match, Map<String, Shape> shapes) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : match.sources().entrySet()) {
      StoredTensor stored = weights.tensors().get(entry.getValue());
      Shape shape = shapes.get(entry.getKey());
      if (stored != null && shape != null) {
        Tensor dense = stored.dense();
        tensors.put(entry.getKey(), new Tensor(dense.dtype(), shape, dense.data()));
      }
    }
    return tensors;
  }

  private static SequencedMap<String, Shape> shapes(VideoNet net) {
    SequencedMap<String, Shape> shapes = new LinkedHashMap<>();
    net.parameters()
        .forEach((name, array) -> shapes.put(name, Shape.of(array.getShape().getShape())));
    net.buffers().forEach((name, array) -> shapes.put(name, Shape.of(array.getShape().getShape())));
    return shapes;
  }

  /// Refuses what would not fit the heap.
  ///
  /// @throws ServiceException (3) that says how much is missing
  static void requireMemory(long bytes) {
    Runtime runtime = Runtime.getRuntime();
    long free = runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
    if (bytes > free) {
      throw ServiceException.environment(
          "the weights take %d MiB of memory, Java has %d MiB left: -Xmx in PAIRSTREAM_JAVA_OPTS"
                  .formatted(bytes >> 20, free >> 20)
              + " gives it more");
    }
  }
}
