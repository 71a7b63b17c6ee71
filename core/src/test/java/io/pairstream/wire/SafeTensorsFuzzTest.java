package io.pairstream.wire;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/// Whatever the bytes, reading them ends in tensors or in the one exception type, and what was read
/// can be written and read again. Without `JAZZER_FUZZ=1` only the seeds run; `mvn verify` does
/// both (core/pom.xml).
class SafeTensorsFuzzTest {
  @FuzzTest(maxExecutions = 100_000L, maxDuration = "20s")
  void arbitraryBytesNeverBreakTheReader(byte[] bytes) throws Exception {
    SafeTensors read;
    try {
      read = SafeTensors.decode(bytes);
    } catch (MalformedRecordException e) {
      tryBatches(bytes);
      return;
    }
    byte[] canonical = read.encode();
    if (!Arrays.equals(canonical, SafeTensors.decode(canonical).encode())) {
      throw new AssertionError("the canonical bytes are not stable");
    }
    tryBatches(bytes);
  }

  private static void tryBatches(byte[] bytes) {
    try {
      SentBatchSerde.decode(bytes);
    } catch (MalformedRecordException e) {
      // The expected end.
    }
    try {
      PairBatchSerde.decode(bytes);
    } catch (MalformedRecordException e) {
      // The expected end.
    }
  }
}
