package io.pairstream.cli.options;

import io.pairstream.ops.Report;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where the report goes.
public final class ReportFlags {
  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write what was done as one JSON object.")
  private @Nullable Path report;

  public Optional<Path> file() {
    return Optional.ofNullable(report);
  }

  /// Writes the report if it was asked for.
  public void write(Report done) {
    file().ifPresent(done::write);
  }
}
