package io.pairstream.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.testing.Golden;
import io.pairstream.trainer.torch.TorchRuntime;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TemporalShiftTest {
  private final TorchRuntime torch = TorchRuntime.start(1);

  @Test
  void shiftsAsTheReference() {
    JsonNode cases = Golden.read("vectors/temporal_shift.json");
    assertThat(cases).isNotEmpty();
    try (NDManager scope = torch.newManager()) {
      for (JsonNode one : cases) {
        long[] shape = Arrays.stream(Golden.ints(one.get("shape"))).asLongStream().toArray();
        NDArray x = scope.create(Golden.doubles(one.get("input")), new Shape(shape));
        NDArray y =
            TemporalShift.shift(x, one.get("n_segment").asInt(), one.get("fold_div").asInt());
        assertThat(y.toDoubleArray()).containsExactly(Golden.doubles(one.get("output")));
        assertThat(y.getShape()).isEqualTo(x.getShape());
      }
    }
  }
}
