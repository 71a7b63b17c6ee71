package io.pairstream.local.doctor;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What can be seen without loading anything.
public final class MachineChecks {
  private static final int JAVA = 25;
  private static final long GIB = 1L << 30;
  private static final long LEAST_MEMORY = 4 * GIB;
  private static final long LEAST_ROOM = 4 * GIB;

  private MachineChecks() {}

  /// @param folder where a run would be kept
  public static List<Check> all(Path folder) {
    return List.of(java(), memory(), disk(folder));
  }

  private static Check java() {
    String found =
        Runtime.version()
            + " of "
            + System.getProperty("java.vendor")
            + " in "
            + System.getProperty("java.home");
    return Runtime.version().feature() >= JAVA
        ? Check.ok("Java", found)
        : Check.missing(
            "Java", found + "; install a JDK " + JAVA + " and set PAIRSTREAM_JAVA_HOME");
  }

  private static Check memory() {
    if (!(ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system)) {
      return Check.absent("memory", "this Java does not tell");
    }
    long total = system.getTotalMemorySize();
    String found =
        "%.1f GiB, %d cores (%s)"
            .formatted(
                (double) total / GIB,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.arch"));
    return total >= LEAST_MEMORY
        ? Check.ok("memory", found)
        : Check.absent("memory", found + "; a run on one machine wants 4 GiB");
  }

  private static Check disk(Path folder) {
    Path there = folder.toAbsolutePath().normalize();
    while (there.getParent() != null && !Files.isDirectory(there)) {
      there = there.getParent();
    }
    try {
      long room = Files.getFileStore(there).getUsableSpace();
      String found = "%.1f GiB free in %s".formatted((double) room / GIB, there);
      if (!Files.isWritable(there)) {
        return Check.missing("disk", there + " cannot be written to; choose another --out");
      }
      return room >= LEAST_ROOM
          ? Check.ok("disk", found)
          : Check.absent(
              "disk", found + "; a run keeps up to --max-buffered-bytes (2 GiB) and checkpoints");
    } catch (IOException e) {
      return Check.missing("disk", there + ": " + e.getMessage());
    }
  }
}
