package io.pairstream.local.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How this process starts another one of its own kind: the same Java, the same class path.
///
/// @param java the executable
/// @param classPath as given to `-cp`
/// @param mainClass name of the class with `main`
public record JavaCommand(Path java, String classPath, String mainClass) {
  /// What a child of ours is told by: it ends itself when its standard input ends, because then the
  /// launcher is gone.
  public static final String PARENT_WATCH = "pairstream.parent-watch";

  private static final List<String> FLAGS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Djava.awt.headless=true",
          "-XX:+CrashOnOutOfMemoryError",
          "-XX:-CreateCoredumpOnCrash");

  /// Runs the command line `pairstream`.
  public static JavaCommand pairstream() {
    // By name: the command line knows this package.
    return ofThisProcess("io.pairstream.local.Main");
  }

  /// Runs a class on this process's Java and class path.
  static JavaCommand ofThisProcess(String mainClass) {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    return new JavaCommand(java, System.getProperty("java.class.path"), mainClass);
  }

  /// The whole command line.
  ///
  /// @param logs where the Java machine leaves its report when it crashes
  public List<String> line(String name, List<String> jvmFlags, List<String> arguments, Path logs) {
    List<String> line = new ArrayList<>();
    line.add(java.toString());
    line.addAll(FLAGS);
    line.add("-XX:ErrorFile=" + logs.resolve(name + "-crash-%p.log"));
    line.add("-D" + PARENT_WATCH + "=true");
    line.addAll(jvmFlags);
    line.add("-cp");
    line.add(classPath);
    line.add(mainClass);
    line.addAll(arguments);
    return line;
  }
}
