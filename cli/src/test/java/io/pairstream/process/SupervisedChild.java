package io.pairstream.process;

import io.pairstream.ops.ParentWatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What tests start as a child, or as a launcher with children.
final class SupervisedChild {
  private SupervisedChild() {}

  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "sleep" -> {
        ParentWatch.exitWithParent(System.in, 1_000);
        told(arguments);
      }
      case "deaf" -> {
        // Does not end by itself when it is asked to: only being killed helps.
        Runtime.getRuntime().addShutdownHook(new Thread(SupervisedChild::sleep));
        ParentWatch.exitWithParent(System.in, 1_000);
        told(arguments);
      }
      case "say" -> {
        System.out.println("a line of its log");
        System.err.println(Child.SENTENCE_PREFIX + arguments[2]);
        System.exit(Integer.parseInt(arguments[1]));
      }
      case "note-end" -> {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> append(arguments[1], arguments[2])));
        append(arguments[1], "started " + arguments[2]);
        sleep();
      }
      case "launch" ->
          launch(Path.of(arguments[1]), List.of(arguments).subList(2, arguments.length));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /// Runs this class on this process's Java and class path.
  static JavaCommand command() {
    return new JavaCommand(
        Path.of(System.getProperty("java.home"), "bin", "java"),
        SupervisedChild.class.getName(),
        Optional.empty(),
        Optional.empty());
  }

  /// A launcher whose children write their numbers into a folder.
  private static void launch(Path folder, List<String> modes) throws InterruptedException {
    Supervisor supervisor = new Supervisor(command(), folder.resolve("logs"), _ -> {});
    for (int i = 0; i < modes.size(); i++) {
      List<String> line = List.of(modes.get(i), folder.resolve("pid-" + i).toString());
      supervisor.start(
          new ChildSpec("child-" + i, ChildSpec.Stage.TRAINER, Program.BROKER, line, 0));
    }
    sleep();
  }

  private static void told(String[] arguments) throws Exception {
    if (arguments.length > 1) {
      Path file = Path.of(arguments[1]);
      Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
      Files.writeString(unfinished, Long.toString(ProcessHandle.current().pid()));
      Files.move(unfinished, file);
    }
    sleep();
  }

  private static synchronized void append(String file, String line) {
    try {
      Files.writeString(
          Path.of(file),
          line + "\n",
          java.nio.file.StandardOpenOption.CREATE,
          java.nio.file.StandardOpenOption.APPEND);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(600_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
