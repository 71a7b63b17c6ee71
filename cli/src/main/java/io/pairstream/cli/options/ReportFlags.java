package io.pairstream.cli.options;

import io.pairstream.ops.Report;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Where the report goes.
@OptionGroup("Answer")
public final class ReportFlags {
  private static final String STANDARD_OUTPUT = "-";

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Write what was done as one JSON object; to standard output with '-', and then nothing"
              + " else goes there.")
  private @Nullable String report;

  /// Of the command that these flags are of.
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  /// The file, if one was named.
  public Optional<Path> file() {
    return Optional.ofNullable(report).filter(name -> !name.equals(STANDARD_OUTPUT)).map(Path::of);
  }

  /// Whether standard output belongs to the report.
  public boolean takesStandardOutput() {
    return STANDARD_OUTPUT.equals(report);
  }

  /// Writes the report if it was asked for.
  public void write(Report done) {
    CommandSpec spec = command;
    if (takesStandardOutput() && spec != null) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(done.json());
      out.flush();
    }
    file().ifPresent(done::write);
  }
}
