package io.pairstream.watch.command;

import io.pairstream.cli.Logging;
import io.pairstream.cli.Terminal;
import io.pairstream.cli.options.JsonFlags;
import io.pairstream.cli.options.ReportFlags;
import io.pairstream.ops.ExitCode;
import io.pairstream.verify.Finding;
import io.pairstream.verify.Verification;
import io.pairstream.verify.VerificationAnswer;
import io.pairstream.verify.VerificationReport;
import io.pairstream.watch.RunAccess;
import io.pairstream.watch.options.RunAccessFlags;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `pairstream verify`: proves from the journal and the topics which batches exist once, twice,
/// never.
@Command(
    name = "verify",
    description = {
      "Reads a run's journal and topics and proves which batches exist once, twice, never.",
      "Exit code 4 when anything is missing, twice or corrupt."
    },
    footer = {"", "Example:", "  pairstream verify --out out/run"})
final class VerifyCommand implements Callable<Integer> {
  private static final int SHOWN = 20;

  @Mixin private RunAccessFlags access = new RunAccessFlags();
  @Mixin private ReportFlags report = new ReportFlags();
  @Mixin private JsonFlags json = new JsonFlags();
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Logging.quiet();
    long begin = System.nanoTime();
    boolean forProgram = json.json() || report.takesStandardOutput();
    PrintWriter out = Terminal.people(spec, forProgram);
    try (RunAccess run = RunAccess.open(access, out::println)) {
      Verification found = Verification.of(run.kafka(), run.topics(), run.spec());
      VerificationReport written =
          new VerificationReport(
              run.topics().name(), found.counts(), (System.nanoTime() - begin) / 1e9);
      report.write(written);
      if (json.json()) {
        Terminal.out(spec).println(VerificationAnswer.of(written, found).json());
        Terminal.out(spec).flush();
      } else {
        show(out, run, found);
      }
      return (found.whole() ? ExitCode.DONE : ExitCode.BAD_INPUT).code();
    }
  }

  private static void show(PrintWriter out, RunAccess run, Verification found) {
    List<String> trainers = run.spec().trainers();
    Verification.Counts counts = found.counts();
    out.printf(
        "run %s: %d batches of %d epochs, %d clips, %d skipped, trainers %s%n",
        run.topics().name(),
        counts.batches(),
        run.spec().epochs(),
        counts.clips(),
        counts.skipped(),
        String.join(", ", trainers));
    out.printf(
        "missing %d, duplicates %d, corrupt %d; still held %d records, %d of them copies%n",
        counts.missing(), counts.duplicates(), counts.corrupt(), counts.held(), counts.copies());
    List<Finding> findings = found.findings();
    findings.stream().limit(SHOWN).forEach(one -> out.println("  " + one.sentence()));
    if (found.found() > SHOWN) {
      out.printf("  and %d more%n", found.found() - SHOWN);
    }
    out.println(
        found.whole()
            ? "Every batch was trained on exactly once by every trainer."
            : "The run is not whole.");
    out.flush();
  }
}
