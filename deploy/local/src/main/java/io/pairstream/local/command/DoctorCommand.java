package io.pairstream.local.command;

import io.pairstream.cli.Logging;
import io.pairstream.cli.Terminal;
import io.pairstream.cli.options.Usage;
import io.pairstream.config.KafkaOptions;
import io.pairstream.local.doctor.BrokerCheck;
import io.pairstream.local.doctor.Check;
import io.pairstream.local.doctor.MachineChecks;
import io.pairstream.local.doctor.NativeProbe;
import io.pairstream.ops.ExitCode;
import io.pairstream.process.JavaCommand;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `pairstream doctor`: what this machine has, what is missing and how to get it.
@Command(
    name = "doctor",
    description = {
      "Says what this machine has, what is missing and how to get it.",
      "Exit code 3 when something is missing that every run needs."
    })
final class DoctorCommand implements Callable<Integer> {
  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description = "Also look whether this broker answers.")
  private @Nullable String bootstrap;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Where a run would be kept (default: the current folder).")
  private Path out = Path.of(".");

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    Logging.quiet();
    boolean whole = true;
    for (Check check : MachineChecks.all(out)) {
      whole &= show(check);
    }
    JavaCommand command = JavaCommand.pairstream();
    for (NativeProbe probe : NativeProbe.values()) {
      whole &= show(probe.check(command));
    }
    String address = bootstrap;
    if (address == null) {
      whole &= show(BrokerCheck.none());
    } else {
      whole &= show(BrokerCheck.of(Usage.checked(() -> new KafkaOptions(address))));
    }
    return (whole ? ExitCode.DONE : ExitCode.ENVIRONMENT).code();
  }

  private boolean show(Check check) {
    PrintWriter out = Terminal.out(spec);
    out.println(check.line());
    out.flush();
    return check.state() != Check.State.MISSING;
  }
}
