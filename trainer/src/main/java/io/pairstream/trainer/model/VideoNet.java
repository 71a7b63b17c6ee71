package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.List;
import java.util.SequencedMap;

/// What a model is to the trainer: clips in, logits out, and its state by the names of the
/// reference's state dict. Not safe for several threads.
public interface VideoNet extends AutoCloseable {
  /// The registered name, such as `tsm-resnet50`.
  String name();

  /// Scores [rows,classes] of clips [rows,T,3,H,W] (normalised, of [#dataType()]), attached to the
  /// manager of the clips: logits in training, else what [#scores()] says.
  NDArray forward(NDArray clips, Pass pass);

  /// What an evaluation pass gives.
  default Scores scores() {
    return Scores.LOGITS;
  }

  /// What is trained, in the reference's order: the live arrays, each with its gradient enabled.
  SequencedMap<String, NDArray> parameters();

  /// What training changes beside the parameters (running statistics, counts of batches): the live
  /// arrays.
  SequencedMap<String, NDArray> buffers();

  /// Every parameter in exactly one group.
  List<ParameterGroup> groups();

  DataType dataType();

  /// Owns the parameters and buffers; the parent of each step's manager.
  NDManager manager();

  @Override
  void close();
}
