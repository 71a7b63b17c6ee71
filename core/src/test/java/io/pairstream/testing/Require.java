package io.pairstream.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.opentest4j.TestAbortedException;

/// What a test needs of the machine. Without it the test prints `SKIPPED: reason` and is skipped;
/// with the need's name in `-Dpairstream.require=a,b` it fails instead.
public enum Require {
  /// The folder `shared` beside the project, with real videos and the large golden cases.
  SHARED,
  /// Debian's python3 with torch and numpy.
  PYTHON,
  /// The ffmpeg command.
  FFMPEG,
  /// A C compiler.
  CC,
  /// CUDA's compiler.
  NVCC,
  /// A golden file or row that the set given as `-Dgolden.dir` may lack.
  GOLDEN;

  /// The root of the checkout.
  public static Path root() {
    String root = System.getProperty("pairstream.root", "");
    if (!root.isEmpty()) {
      return Path.of(root);
    }
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("pairstream"))) {
      Path parent = folder.getParent();
      if (parent == null) {
        throw new IllegalStateException("no checkout above " + Path.of("").toAbsolutePath());
      }
      folder = parent;
    }
    return folder;
  }

  /// `../shared/PATH`, or the test is skipped.
  public static Path shared(String path) {
    Path file = root().resolveSibling("shared").resolve(path);
    if (!Files.exists(file)) {
      throw SHARED.missing("no " + file);
    }
    return file;
  }

  /// The Debian interpreter, which has torch and numpy where they are installed, or the test is
  /// skipped.
  ///
  /// @param module a module that must import, such as `torch`
  public static Path python(String module) {
    Path python = Path.of("/usr/bin/python3");
    if (!Files.isExecutable(python) || !runs(python.toString(), "-c", "import " + module)) {
      throw PYTHON.missing("no " + python + " with " + module);
    }
    return python;
  }

  /// A command of the machine, or the test is skipped.
  public Path command(String name) {
    Optional<Path> found =
        Arrays.stream(Optional.ofNullable(System.getenv("PATH")).orElse("").split(":"))
            .map(folder -> Path.of(folder).resolve(name))
            .filter(Files::isExecutable)
            .findFirst();
    return found.orElseThrow(() -> missing("no command " + name));
  }

  /// Fails if this need is required, else prints why the test is skipped.
  public TestAbortedException missing(String reason) {
    String required = System.getProperty("pairstream.require", "");
    if (Arrays.asList(required.split(",")).contains(name().toLowerCase(java.util.Locale.ROOT))) {
      return Assertions.fail(reason + ", and -Dpairstream.require=" + required + " asks for it");
    }
    System.out.println("SKIPPED: " + reason);
    return new TestAbortedException(reason);
  }

  private static boolean runs(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
