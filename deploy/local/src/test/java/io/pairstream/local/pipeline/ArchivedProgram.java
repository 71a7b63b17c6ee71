package io.pairstream.local.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// The built program, with one more JVM flag for each kind of process: the first of a kind leaves
/// its classes as they are once they are loaded (class data sharing), and the next ones start from
/// there, with half of the work.
///
/// The Java machine itself sees to it that an archive of other jars is not used but made anew.
///
/// @param app what `pairstream.app` names: `lib` is the built one, `jvm` has its flags and these
record ArchivedProgram(Path app) {
  /// The files with the flags of one kind of process each.
  private static final List<String> KINDS =
      List.of("broker", "producer", "augmenter", "trainer", "views");

  /// Made once for all tests of this build.
  static final ArchivedProgram BUILT =
      of(Path.of(Objects.requireNonNull(System.getProperty("pairstream.app"))));

  private static ArchivedProgram of(Path built) {
    ArchivedProgram program = new ArchivedProgram(built.resolveSibling("archived-app"));
    try {
      Path flags = Files.createDirectories(program.app.resolve("jvm"));
      Path library = program.app.resolve("lib");
      if (!Files.exists(library)) {
        Files.createSymbolicLink(library, Path.of("..", built.getFileName().toString(), "lib"));
      }
      try (Stream<Path> files = Files.list(built.resolve("jvm"))) {
        for (Path file : files.toList()) {
          Files.write(flags.resolve(file.getFileName()), Files.readAllBytes(file));
        }
      }
      for (String kind : KINDS) {
        Files.write(flags.resolve(kind + ".args"), program.flags(kind), StandardOpenOption.APPEND);
      }
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// JVM flags for a kind of process that has an archive of its own.
  List<String> flags(String kind) {
    return List.of(
        "-XX:+AutoCreateSharedArchive",
        "-XX:SharedArchiveFile=" + app.resolve(kind + ".jsa"),
        // What it leaves out of an archive is nobody's business.
        "-Xlog:disable",
        "-Xlog:all=error:stderr");
  }

  /// The class path of the whole.
  Path classPath() {
    try (Stream<Path> files = Files.list(app.resolve("lib"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("pairstream-local-[0-9].*[.]jar"))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
