package io.pairstream.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// Processor time, user and system together.
final class CpuClock {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

  /// Linux counts in ticks of a hundredth of a second on every machine that Java runs on.
  private static final long NANOS_PER_TICK = 10_000_000;

  private CpuClock() {}

  /// Of this process with all its threads, the compiler's and the collector's too.
  static Duration ofThisProcess() {
    return Duration.ofNanos(SYSTEM.getProcessCpuTime());
  }

  /// Of the children of this process that have ended.
  static Duration ofChildren() throws IOException {
    String stat = Files.readString(Path.of("/proc/self/stat"));
    // The second field is the program's name in brackets, which may hold spaces.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Duration.ofNanos(
        (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) * NANOS_PER_TICK);
  }
}
