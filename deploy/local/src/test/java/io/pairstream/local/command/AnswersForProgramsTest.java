package io.pairstream.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pairstream.cli.Commands;
import io.pairstream.cli.Terminal;
import io.pairstream.cli.options.ReportFlags;
import io.pairstream.ops.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// Standard output that a program reads holds one JSON object and nothing else.
class AnswersForProgramsTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(CommandLine line, String... arguments) {
    line.setErr(new PrintWriter(err, true));
    line.setOut(new PrintWriter(out, true));
    return line.execute(arguments);
  }

  private JsonNode answer() throws IOException {
    return new ObjectMapper().readTree(out.toString());
  }

  @Test
  void theDoctorListsItsChecks(@TempDir Path folder) throws IOException {
    int code = execute(Commands.line(Map.of()), "doctor", "--json", "--out", folder.toString());
    JsonNode answer = answer();
    List<String> found = new ArrayList<>();
    boolean missing = false;
    for (JsonNode check : answer.path("checks")) {
      found.add(check.path("what").asText());
      missing |= check.path("state").asText().equals("missing");
      assertThat(check.path("state").asText()).isIn("ok", "absent", "missing");
      assertThat(check.path("finding").asText()).isNotBlank();
    }
    assertThat(found).contains("FFmpeg", "libtorch", "GPU", "NVRTC", "broker");
    assertThat(answer.path("whole").asBoolean()).isEqualTo(!missing);
    assertThat(code).isEqualTo(missing ? 3 : 0);
  }

  @JsonTypeName("work")
  record WorkReport(long batches) implements Report {}

  /// As all commands with a report do it.
  @Command(name = "work")
  static final class Work implements Runnable {
    @Mixin private ReportFlags report = new ReportFlags();
    @Spec private @Nullable CommandSpec spec;

    @Override
    public void run() {
      Terminal.people(spec, report.takesStandardOutput()).println("working");
      report.write(new WorkReport(3));
    }
  }

  @Test
  void aReportToStandardOutputHasItToItself() throws IOException {
    assertThat(execute(new CommandLine(new Work()), "--report", "-")).isZero();
    assertThat(answer().path("batches").asInt()).isEqualTo(3);
    assertThat(err.toString().strip()).isEqualTo("working");
    assertThat(Path.of("-")).doesNotExist();
  }

  @Test
  void aReportToAFileLeavesStandardOutputToPeople(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("report.json");
    assertThat(execute(new CommandLine(new Work()), "--report", file.toString())).isZero();
    assertThat(out.toString().strip()).isEqualTo("working");
    assertThat(Report.read(file, WorkReport.class)).isEqualTo(new WorkReport(3));
  }
}
