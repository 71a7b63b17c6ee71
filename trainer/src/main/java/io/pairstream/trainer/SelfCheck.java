package io.pairstream.trainer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.Tensor;
import io.pairstream.ops.ServiceException;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.optim.Gradients;
import io.pairstream.trainer.torch.NativeTensors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// Computes the gradients of every so many batches twice, from the same numbers, and compares: bit
/// for bit on the processor, within a tolerance on a GPU, whose sums have no fixed order.
///
/// The first time is a rehearsal, after which gradients and running statistics are put back: a
/// training ends with the same bits whether it checks itself or not. Confined to the training
/// thread.
final class SelfCheck {
  /// Of the norm of all gradients: by how much those of one parameter may differ on a GPU.
  private static final double GPU_TOLERANCE = 1e-3;

  private final VideoNet net;
  private final Gradients gradients;
  private final int every;
  private long batches;
  private long checks;

  /// @param every a check every so many batches of this process; 0 for none
  SelfCheck(VideoNet net, Gradients gradients, int every) {
    if (every < 0) {
      throw new IllegalArgumentException("a check every " + every + " batches");
    }
    this.net = net;
    this.gradients = gradients;
    this.every = every;
  }

  /// How many batches were computed twice and came out the same.
  long checks() {
    return checks;
  }

  /// Counts a batch.
  ///
  /// @return whether this one is to be checked
  boolean due() {
    return every > 0 && ++batches % every == 0;
  }

  /// Runs what adds a batch's gradients, and puts everything back.
  ///
  /// @return what the gradients were then, by parameter name
  SortedMap<String, Tensor> rehearse(Runnable pass) {
    try (NDManager scope = net.manager().newSubManager()) {
      List<Kept> before = new ArrayList<>();
      net.buffers().values().forEach(array -> before.add(Kept.of(array, scope)));
      gradients.arrays().values().forEach(array -> before.add(Kept.of(array, scope)));
      pass.run();
      SortedMap<String, Tensor> rehearsed = new TreeMap<>();
      gradients.arrays().forEach((name, array) -> rehearsed.put(name, NativeTensors.copy(array)));
      before.forEach(Kept::putBack);
      return rehearsed;
    }
  }

  /// @param array that changes
  /// @param value that it had
  private record Kept(NDArray array, NDArray value) {
    static Kept of(NDArray array, NDManager scope) {
      NDArray value = array.duplicate();
      value.attach(scope);
      return new Kept(array, value);
    }

    void putBack() {
      NativeTensors.overwrite(array, value);
    }
  }

  /// Compares the gradients with those of the rehearsal.
  ///
  /// @param id of the batch
  /// @throws ServiceException (3) naming the batch, the parameter that differs most and both its
  ///   norms
  void requireSame(BatchId id, SortedMap<String, Tensor> rehearsed) {
    boolean gpu = net.manager().getDevice().isGpu();
    double tolerance = gpu ? GPU_TOLERANCE * gradients.norm() : 0;
    List<Difference> differences = new ArrayList<>();
    gradients
        .arrays()
        .forEach((name, array) -> {
          Tensor first = Objects.requireNonNull(rehearsed.get(name), name);
          if (!NativeTensors.copy(array).contentEquals(first)) {
            differences.add(difference(name, first, array));
          }
        });
    // Gradients that are no numbers have no such tolerance; they are refused elsewhere.
    differences.removeIf(one -> gpu && !(one.norm() > tolerance));
    if (!differences.isEmpty()) {
      Difference worst =
          differences.stream().max(Comparator.comparingDouble(Difference::norm)).get();
      throw ServiceException.environment(
          ("batch %s was computed twice from the same numbers, and gradients differ: that of '%s'"
                  + " has the norm %s, then %s, and %d of %d parameters are not the same; this"
                  + " machine or a library computes wrongly, training stops here, the last"
                  + " checkpoint stays")
              .formatted(
                  id,
                  worst.name(),
                  worst.first(),
                  worst.second(),
                  differences.size(),
                  gradients.arrays().size()));
    }
    checks++;
  }

  private Difference difference(String name, Tensor first, NDArray second) {
    try (NDManager scope = net.manager().newSubManager()) {
      NDArray one = NativeTensors.view(scope, first);
      return new Difference(name, norm(one.sub(second)), norm(one), norm(second));
    }
  }

  private static double norm(NDArray array) {
    try (NDArray norm = array.norm();
        NDArray wide = norm.toType(DataType.FLOAT64, true)) {
      return wide.getDouble();
    }
  }

  /// @param norm of what is between the two
  /// @param first the norm in the rehearsal
  /// @param second the norm after it
  private record Difference(String name, double norm, double first, double second) {}
}
