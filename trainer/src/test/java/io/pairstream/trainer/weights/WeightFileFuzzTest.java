package io.pairstream.trainer.weights;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.util.Optional;

/// Whatever the bytes, reading them ends in tensors or in the one exception type. Without
/// `JAZZER_FUZZ=1` only the seeds run; `mvn verify` does both (trainer/pom.xml).
class WeightFileFuzzTest {
  @FuzzTest(maxExecutions = 100_000L, maxDuration = "20s")
  void arbitraryBytesNeverBreakTheReader(byte[] bytes) throws IOException {
    read(bytes, Optional.empty());
    read(bytes, Optional.of("state_dict_ema"));
  }

  private static void read(byte[] bytes, Optional<String> key) throws IOException {
    try (WeightFile file = WeightFile.read(RandomBytes.of(bytes), key)) {
      for (StoredTensor tensor : file.tensors().values()) {
        if (tensor.dense().data().byteSize() != tensor.denseBytes()) {
          throw new AssertionError("a tensor is not as large as it should be");
        }
      }
    } catch (WeightFormatException e) {
      // The expected end.
    }
  }
}
