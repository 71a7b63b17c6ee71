package io.pairstream.local.report;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.TerminalBuilder.SystemOutput;

/// The terminal that progress is shown on, if it is one on which lines can be drawn over.
final class Screen implements AutoCloseable {
  /// Where a terminal does not know its width, as a serial line.
  private static final int USUAL_COLUMNS = 80;

  private final Optional<Terminal> terminal;
  private final Optional<String> columns;

  private Screen(Optional<Terminal> terminal, Optional<String> columns) {
    this.terminal = terminal;
    this.columns = columns;
  }

  /// The one that this process writes to.
  ///
  /// @param standardError whether progress goes there instead of to standard output
  static Screen open(boolean standardError) {
    String kind = System.getenv("TERM");
    Optional<String> columns = Optional.ofNullable(System.getenv("COLUMNS"));
    if (kind == null || kind.isEmpty() || kind.equals("dumb")) {
      return new Screen(Optional.empty(), columns);
    }
    try {
      Terminal opened =
          TerminalBuilder.builder()
              .systemOutput(standardError ? SystemOutput.SysErr : SystemOutput.SysOut)
              .dumb(false)
              .build();
      return new Screen(Optional.of(opened), columns);
    } catch (IOException | IllegalStateException | LinkageError e) {
      // A file, a pipe or nothing.
      return new Screen(Optional.empty(), columns);
    }
  }

  /// How many columns it has now; empty where lines cannot be drawn over.
  OptionalInt columns() {
    if (terminal.isEmpty()) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(columns(terminal.get().getSize().getColumns(), columns));
  }

  /// What a terminal says, or else the environment.
  static int columns(int told, Optional<String> environment) {
    if (told > 0) {
      return told;
    }
    return environment
        .filter(text -> text.matches("[1-9][0-9]{0,3}"))
        .map(Integer::parseInt)
        .orElse(USUAL_COLUMNS);
  }

  @Override
  public void close() {
    try {
      if (terminal.isPresent()) {
        terminal.get().close();
      }
    } catch (IOException e) {
      // It stays as it is.
    }
  }
}
