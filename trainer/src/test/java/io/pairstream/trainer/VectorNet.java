package io.pairstream.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.pairstream.trainer.model.ParameterGroup;
import io.pairstream.trainer.model.Pass;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.torch.Torch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// A model of a single float64 vector `p`, whose output is `p` itself: for the arithmetic of
/// optimizers.
public final class VectorNet implements VideoNet {
  private final NDManager manager;
  private final SequencedMap<String, NDArray> parameters = new LinkedHashMap<>();

  public VectorNet(NDManager manager, double... values) {
    this.manager = manager;
    NDArray p = manager.create(values, new Shape(values.length));
    p.setRequiresGradient(true);
    parameters.put("p", p);
    Torch.recordGradients(false);
  }

  @Override
  public String name() {
    return "vector";
  }

  @Override
  public NDArray forward(NDArray clips, Pass pass) {
    return parameters.firstEntry().getValue();
  }

  @Override
  public SequencedMap<String, NDArray> parameters() {
    return parameters;
  }

  @Override
  public SequencedMap<String, NDArray> buffers() {
    return new LinkedHashMap<>();
  }

  @Override
  public List<ParameterGroup> groups() {
    return List.of(new ParameterGroup("all", List.of("p"), 1, 1));
  }

  @Override
  public DataType dataType() {
    return DataType.FLOAT64;
  }

  @Override
  public NDManager manager() {
    return manager;
  }

  @Override
  public void close() {
    manager.close();
  }
}
