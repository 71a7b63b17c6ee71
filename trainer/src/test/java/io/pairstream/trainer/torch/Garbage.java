package io.pairstream.trainer.torch;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/// What Java no longer refers to.
public final class Garbage {
  private Garbage() {}

  /// Collects it, and returns when the memory of direct buffers among it is freed.
  public static void collect() {
    BufferPoolMXBean direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();
    for (int round = 0; round < 2; round++) {
      long before = direct.getCount();
      // Freed after the collection, by another thread, as what died before them is.
      IntStream.range(0, 8).forEach(_ -> ByteBuffer.allocateDirect(8));
      System.gc();
      Awaitility.await().until(() -> direct.getCount() <= before);
    }
  }
}
