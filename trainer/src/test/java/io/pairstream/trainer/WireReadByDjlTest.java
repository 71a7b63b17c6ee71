package io.pairstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.Tensor;
import io.pairstream.wire.Batches;
import io.pairstream.wire.ClipBatchSerde;
import io.pairstream.wire.PairBatchSerde;
import io.pairstream.wire.SafeTensors;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What travels is safetensors as another implementation understands it: DJL's own reader and
/// writer, which share no code with ours.
class WireReadByDjlTest {
  private static final BatchId ID = new BatchId(3, 5);

  @Test
  void djlReadsAClipRecord() throws Exception {
    requireReadByDjl(ClipBatchSerde.encode(Batches.clips(ID)));
  }

  @Test
  void djlReadsAPairRecord() throws Exception {
    requireReadByDjl(PairBatchSerde.encode(Batches.pairs(ID)));
  }

  @Test
  void weReadWhatDjlWrites() throws Exception {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray array = manager.create(new float[] {1, -2, 3.5f, 4, 5, 6}).reshape(2, 3);
      array.setName("weight");
      byte[] written = new NDList(array).encode(NDList.Encoding.SAFETENSORS);
      Tensor read = SafeTensors.decode(written).get("weight");
      assertThat(read.shape().toString()).contains("2").contains("3");
      assertThat(read.data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(bytes(array));
    }
  }

  private static void requireReadByDjl(byte[] record) throws Exception {
    Map<String, Tensor> ours = SafeTensors.decode(record).tensors();
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, NDArray> theirs = new TreeMap<>();
      for (NDArray array : NDList.decode(manager, record)) {
        theirs.put(array.getName(), array);
      }
      assertThat(theirs).containsOnlyKeys(ours.keySet());
      ours.forEach((name, tensor) -> {
        NDArray array = java.util.Objects.requireNonNull(theirs.get(name));
        assertThat(array.getShape().dimension()).as(name).isEqualTo(tensor.shape().rank());
        for (int axis = 0; axis < tensor.shape().rank(); axis++) {
          assertThat(array.getShape().get(axis)).as(name).isEqualTo(tensor.shape().dim(axis));
        }
        assertThat(bytes(array)).as(name).isEqualTo(tensor.data().toArray(ValueLayout.JAVA_BYTE));
      });
    }
  }

  private static byte[] bytes(NDArray array) {
    java.nio.ByteBuffer buffer = array.toByteBuffer();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }
}
