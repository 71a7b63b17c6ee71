package io.pairstream.process;

import io.pairstream.ops.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// How this process starts another one: the same Java, the class path and the JVM flags of a
/// [Program].
///
/// @param java the executable
/// @param mainClass name of the class with `main`
/// @param app the built program, with `lib/` and `jvm/`; without one (in a test of a module) a
///   child has this process's class path
/// @param jvm the folder of the files with JVM flags, if there is one
public record JavaCommand(Path java, String mainClass, Optional<Path> app, Optional<Path> jvm) {
  /// What a child of ours is told by: it ends itself when its standard input ends, because then the
  /// launcher is gone.
  public static final String PARENT_WATCH = "pairstream.parent-watch";

  /// The system property that says where the built program is.
  public static final String APP = "pairstream.app";

  /// The system property that says where the JVM flags are when there is no built program.
  public static final String JVM = "pairstream.jvm";

  private static final String MAIN = "io.pairstream.cli.Main";

  /// Runs the command line `pairstream`.
  public static JavaCommand pairstream() {
    Optional<Path> app = folder(APP);
    return new JavaCommand(
        ownJava(), MAIN, app, app.map(built -> built.resolve("jvm")).or(() -> folder(JVM)));
  }

  private static Path ownJava() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  private static Optional<Path> folder(String property) {
    return Optional.ofNullable(System.getProperty(property)).map(Path::of);
  }

  /// The whole command line.
  ///
  /// @param name for the report that the Java machine leaves when it crashes
  /// @param logs where it leaves it
  public List<String> line(String name, Program program, List<String> arguments, Path logs) {
    List<String> line = new ArrayList<>();
    line.add(java.toString());
    flagFiles(program).forEach(file -> line.add("@" + file));
    line.add("-XX:ErrorFile=" + logs.resolve(name + "-crash-%p.log"));
    line.add("-D" + PARENT_WATCH + "=true");
    app.ifPresent(built -> line.add("-D" + APP + "=" + built));
    jvm.ifPresent(flags -> line.add("-D" + JVM + "=" + flags));
    line.add("-cp");
    line.add(classPath(program));
    line.add(mainClass);
    line.addAll(arguments);
    return line;
  }

  private List<Path> flagFiles(Program program) {
    if (jvm.isEmpty()) {
      return List.of();
    }
    List<String> names = new ArrayList<>(List.of("common", "child"));
    names.addAll(program.flags());
    return names.stream().map(flags -> jvm.get().resolve(flags + ".args")).toList();
  }

  /// A module's jar: its manifest names all that it needs.
  private String classPath(Program program) {
    if (app.isEmpty()) {
      return System.getProperty("java.class.path");
    }
    Path library = app.get().resolve("lib");
    String prefix = "pairstream-" + program.module() + "-";
    try (Stream<Path> files = Files.list(library)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).matches(prefix + "[0-9].*[.]jar"))
          .min(Comparator.naturalOrder())
          .orElseThrow(
              () -> ServiceException.environment("there is no " + prefix + "….jar in " + library))
          .toString();
    } catch (IOException e) {
      throw ServiceException.environment(
          "folder '" + library + "' cannot be read: " + e.getMessage(), e);
    }
  }

  /// What the program's files say of its environment, beside this process's own.
  public Map<String, String> environment(Program program) {
    Map<String, String> environment = new TreeMap<>();
    for (String name : program.flags()) {
      Optional<Path> file = jvm.map(folder -> folder.resolve(name + ".env")).filter(Files::exists);
      if (file.isPresent()) {
        environment.putAll(variables(file.get()));
      }
    }
    return environment;
  }

  private static Map<String, String> variables(Path file) {
    Map<String, String> variables = new TreeMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        int equals = line.indexOf('=');
        if (equals > 0 && !line.startsWith("#")) {
          variables.put(line.substring(0, equals), line.substring(equals + 1));
        }
      }
      return variables;
    } catch (IOException e) {
      throw ServiceException.environment(
          "file '" + file + "' cannot be read: " + e.getMessage(), e);
    }
  }
}
