package io.pairstream.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ServiceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir private Path folder = Path.of("");
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());

  private Supervisor supervisor() {
    return new Supervisor(SupervisedChild.command(), folder.resolve("logs"), told::add);
  }

  private static ChildSpec spec(String name, ChildSpec.Stage stage, int restarts, String... line) {
    return new ChildSpec(name, stage, Program.BROKER, List.of(line), restarts);
  }

  @Test
  void aFailingChildIsShownInItsOwnWordsAndWithItsExitCode() {
    try (Supervisor supervisor = supervisor()) {
      Child child =
          supervisor.start(
              spec("poet", ChildSpec.Stage.TRAINER, 3, "say", "4", "Too many clips are bad."));
      assertThatThrownBy(() -> supervisor.await(List.of(child), () -> {}))
          .isInstanceOfSatisfying(
              ServiceException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.BAD_INPUT))
          .hasMessage("Too many clips are bad.");
      assertThat(child.crashes()).isZero();
    }
  }

  @Test
  void aChildThatEndsWellIsAwaited() throws InterruptedException {
    try (Supervisor supervisor = supervisor()) {
      Child child = supervisor.start(spec("fine", ChildSpec.Stage.TRAINER, 0, "say", "0", "Bye."));
      supervisor.await(List.of(child), () -> {});
      assertThat(child.exitCode()).hasValue(0);
      assertThat(child.logFile()).content().contains("a line of its log");
    }
  }

  @Test
  void aKilledChildIsStartedAgainWithItsRestartArguments() throws IOException {
    Path second = folder.resolve("second");
    try (Supervisor supervisor = supervisor()) {
      Child child =
          supervisor.start(
              new ChildSpec(
                  "phoenix",
                  ChildSpec.Stage.TRAINER,
                  Program.BROKER,
                  attempt ->
                      List.of(
                          "sleep", folder.resolve(attempt == 0 ? "first" : "second").toString()),
                  1));
      await().atMost(LONG).until(() -> Files.exists(folder.resolve("first")));
      long first = child.pid();
      ProcessHandle.of(first).orElseThrow().destroyForcibly();
      await().atMost(LONG).until(() -> Files.exists(second));
      assertThat(child.pid()).isNotEqualTo(first);
      assertThat(child.exitCode()).isEmpty();
      assertThat(told)
          .containsExactly("phoenix ended with exit code 137 and is started again (1 of 1).");
    }
  }

  @Test
  void aChildThatCrashesTooOftenEndsTheRun() {
    try (Supervisor supervisor = supervisor()) {
      Child child =
          supervisor.start(spec("hopeless", ChildSpec.Stage.TRAINER, 2, "say", "1", "Oh."));
      assertThatThrownBy(() -> supervisor.await(List.of(child), () -> {}))
          .isInstanceOf(CrashedException.class)
          .hasMessageContainingAll("hopeless", "exit code 1", "hopeless.log");
      assertThat(child.crashes()).isEqualTo(3);
    }
  }

  @Test
  void childrenEndInOrderWithTheBrokerLast() throws IOException {
    Path ends = folder.resolve("ends");
    try (Supervisor supervisor = supervisor()) {
      for (ChildSpec.Stage stage : ChildSpec.Stage.values()) {
        String name = stage.name();
        supervisor.start(spec(name, stage, 0, "note-end", ends.toString(), name));
      }
      await().atMost(LONG).until(() -> Files.exists(ends) && Files.readAllLines(ends).size() == 4);
    }
    assertThat(Files.readAllLines(ends).subList(4, 8))
        .containsExactly("TRAINER", "PRODUCER", "AUGMENTER", "BROKER");
  }

  @Test
  void noChildOutlivesALauncherThatIsKilled() throws Exception {
    List<Long> children = launchedChildren(Process::destroyForcibly, "sleep", "deaf");
    // What is proved: each child ends by itself within five seconds of the launcher's death.
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> children.stream().noneMatch(SupervisorTest::isAlive));
  }

  @Test
  void noChildOutlivesALauncherThatIsAskedToEnd() throws Exception {
    List<Long> children = launchedChildren(Process::destroy, "sleep", "sleep");
    assertThat(children).noneMatch(SupervisorTest::isAlive);
  }

  private List<Long> launchedChildren(Consumer<Process> end, String... modes) throws Exception {
    List<String> line = new ArrayList<>(List.of("launch", folder.toString()));
    line.addAll(List.of(modes));
    Process launcher =
        new ProcessBuilder(SupervisedChild.command().line("launcher", Program.BROKER, line, folder))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("launcher.log").toFile())
            .start();
    List<Long> children = new ArrayList<>();
    for (int i = 0; i < modes.length; i++) {
      Path pid = folder.resolve("pid-" + i);
      await().atMost(LONG).until(() -> Files.exists(pid));
      children.add(Long.parseLong(Files.readString(pid)));
    }
    assertThat(children).allMatch(SupervisorTest::isAlive);
    end.accept(launcher);
    assertThat(launcher.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return children;
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }
}
