package io.pairstream.trainer.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A TorchScript module that can be trained.
public final class ScriptModule implements AutoCloseable {
  private final PtSymbolBlock block;
  private boolean training;

  private ScriptModule(PtSymbolBlock block) {
    this.block = block;
    // A module is saved in one mode; batch normalisation never follows in the other.
    JniUtils.enableTrainingMode(block);
    this.training = true;
  }

  /// Loads an archive of `torch.jit.save`. Running it runs its code.
  ///
  /// @param manager owns the module and its parameters
  /// @throws ai.djl.engine.EngineException if libtorch refuses it
  public static ScriptModule load(NDManager manager, Path file) {
    // The profiling executor changes its mind after two runs, and with it the last bits: a resumed
    // training would differ from one that went on.
    JniUtils.setGraphExecutorOptimize(false);
    return new ScriptModule(
        JniUtils.loadModule((PtNDManager) manager, file, true, new String[0], new String[0], true));
  }

  /// `named_parameters()`: the live arrays.
  public SequencedMap<String, NDArray> parameters() {
    SequencedMap<String, NDArray> parameters = new LinkedHashMap<>();
    block
        .getDirectParameters()
        .forEach(pair -> parameters.put(pair.getKey(), pair.getValue().getArray()));
    return parameters;
  }

  /// The module's `forward` of one tensor; what it returns belongs to the manager of x.
  public NDList forward(NDArray x, boolean train) {
    if (train != training) {
      if (train) {
        JniUtils.enableTrainingMode(block);
      } else {
        JniUtils.enableInferenceMode(block);
      }
      training = train;
    }
    return IValueUtils.forward(block, new NDList(x), train);
  }

  /// Calls a method that takes nothing and returns a list of tensors.
  ///
  /// @param manager of the result
  public List<NDArray> call(String method, NDManager manager) {
    try (IValue result = IValueUtils.runMethod(block, method)) {
      return List.copyOf(result.toNDList((PtNDManager) manager));
    }
  }

  @Override
  public void close() {
    block.close();
  }
}
