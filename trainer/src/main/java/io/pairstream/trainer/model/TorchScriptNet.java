package io.pairstream.trainer.model;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.pairstream.trainer.torch.ScriptModule;
import io.pairstream.trainer.torch.Torch;
import io.pairstream.trainer.weights.TorchScriptArchive;
import io.pairstream.trainer.weights.WeightFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/// A model of the user's own: a TorchScript file. It takes clips [N,3,T,H,W], normalised float32,
/// and returns logits [N,classes]. Its tensors carry the names of the Python module's state dict.
final class TorchScriptNet implements VideoNet {
  private static final String ENDING = ".pt";

  /// What checkpoints can hold.
  private static final Set<DataType> KEPT =
      Set.of(
          DataType.FLOAT16,
          DataType.FLOAT32,
          DataType.FLOAT64,
          DataType.INT32,
          DataType.INT64,
          DataType.UINT8);

  private final String name;
  private final NDManager manager;
  private final ScriptModule module;
  private final List<String> names;
  private final SequencedMap<String, NDArray> parameters = new LinkedHashMap<>();
  private final List<ParameterGroup> groups;

  /// Handles of the last [#buffers()]. A module may put another tensor in a buffer's place, so they
  /// are fetched anew each time.
  private List<NDArray> fetched = List.of();

  private TorchScriptNet(String name, NDManager manager, ScriptModule module, List<String> names) {
    this.name = name;
    this.manager = manager;
    this.module = module;
    this.names = names;
    module
        .parameters()
        .forEach((key, array) -> {
          if (array.hasGradient()) {
            parameters.put(key, array);
          }
        });
    this.groups = groups(parameters);
  }

  /// Whether a model's name is the name of such a file.
  static boolean isFile(String model) {
    return model.endsWith(ENDING);
  }

  /// Reads all but the tensors of a file.
  ///
  /// @throws IllegalArgumentException with one sentence that names it if it is no TorchScript model
  static void requireReadable(String model) {
    Path file = Path.of(model);
    try {
      TorchScriptArchive.open(file);
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException("there is no model file " + file, e);
    } catch (IOException e) {
      throw new IllegalArgumentException(sentence(file, e), e);
    }
  }

  /// Loads the file that the spec names.
  ///
  /// @throws IllegalArgumentException with one sentence that names the file if it cannot be trained
  static TorchScriptNet load(ModelSpec spec, NDManager manager) {
    Path file = Path.of(spec.name());
    try {
      TorchScriptArchive archive = TorchScriptArchive.open(file);
      TorchScriptNet net =
          new TorchScriptNet(spec.name(), manager, module(archive, manager), archive.names());
      net.requireTrainable(archive);
      return net;
    } catch (IOException e) {
      throw new IllegalArgumentException(sentence(file, e), e);
    } catch (EngineException e) {
      throw new IllegalArgumentException(
          "libtorch refuses the model " + file + ": " + Torch.reason(e), e);
    }
  }

  /// The file's own sentence, or that it cannot be read.
  private static String sentence(Path file, IOException e) {
    return e instanceof WeightFormatException
        ? String.valueOf(e.getMessage())
        : "the model " + file + " cannot be read: " + e.getMessage();
  }

  private static ScriptModule module(TorchScriptArchive archive, NDManager manager)
      throws IOException {
    Path copy = Files.createTempFile("pairstream-model", ENDING);
    try {
      archive.instrumented(copy);
      return ScriptModule.load(manager, copy);
    } finally {
      Files.delete(copy);
    }
  }

  private void requireTrainable(TorchScriptArchive archive) throws IOException {
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException(
          name + " has no parameter that can be trained: was it frozen?");
    }
    parameters.forEach((key, array) -> {
      if (array.getDataType() != DataType.FLOAT32) {
        throw new IllegalArgumentException(
            "%s has the parameter '%s' of %s; only float32 is trained"
                .formatted(name, key, array.getDataType()));
      }
    });
    boolean normalizes = names.stream().anyMatch(key -> key.endsWith("running_mean"));
    if (normalizes && !archive.knowsTraining()) {
      throw new IllegalArgumentException(
          name
              + " was traced: its batch normalisation cannot follow the training; save it with"
              + " torch.jit.script");
    }
  }

  private static List<ParameterGroup> groups(Map<String, NDArray> parameters) {
    List<String> weights = new ArrayList<>();
    List<String> others = new ArrayList<>();
    parameters.forEach(
        (key, array) -> (array.getShape().dimension() > 1 ? weights : others).add(key));
    return List.of(
        new ParameterGroup("weights", weights, 1, 1),
        new ParameterGroup("scales and biases", others, 1, 0));
  }

  @Override
  public String name() {
    return name;
  }

  /// @throws IllegalArgumentException with one sentence if the module does not return one tensor of
  ///   as many rows, or is asked to normalise each half for itself
  @Override
  public NDArray forward(NDArray clips, Pass pass) {
    if (pass.training() && pass.batchNorm() == BatchNormScope.PER_HALF) {
      throw new IllegalArgumentException(
          "a TorchScript model normalises all rows together, not per half");
    }
    Shape shape = clips.getShape();
    NDManager scope = clips.getManager();
    // Channels before frames, and contiguous: such models may call view().
    NDArray input =
        scope
            .zeros(
                new Shape(shape.get(0), shape.get(2), shape.get(1), shape.get(3), shape.get(4)),
                clips.getDataType())
            .addi(clips.transpose(0, 2, 1, 3, 4));
    NDList output = module.forward(input, pass.training());
    if (output.size() != 1
        || output.head().getShape().dimension() != 2
        || output.head().getShape().get(0) != shape.get(0)) {
      List<Shape> shapes = output.stream().map(NDArray::getShape).toList();
      throw new IllegalArgumentException(
          "%s returns %s for %d clips, not logits (%d, classes)"
              .formatted(name, shapes, shape.get(0), shape.get(0)));
    }
    return output.head();
  }

  @Override
  public SequencedMap<String, NDArray> parameters() {
    return Collections.unmodifiableSequencedMap(parameters);
  }

  /// All tensors that are attributes but no trained parameters.
  @Override
  public SequencedMap<String, NDArray> buffers() {
    fetched.forEach(NDArray::close);
    fetched = module.call(TorchScriptArchive.STATE_METHOD, manager);
    SequencedMap<String, NDArray> buffers = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      if (!parameters.containsKey(names.get(i)) && KEPT.contains(fetched.get(i).getDataType())) {
        buffers.put(names.get(i), fetched.get(i));
      }
    }
    return buffers;
  }

  @Override
  public List<ParameterGroup> groups() {
    return groups;
  }

  @Override
  public DataType dataType() {
    return DataType.FLOAT32;
  }

  @Override
  public NDManager manager() {
    return manager;
  }

  @Override
  public void close() {
    module.close();
    manager.close();
  }
}
