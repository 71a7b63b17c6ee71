package io.pairstream.local.command;

import io.pairstream.cli.Logging;
import io.pairstream.cli.Terminal;
import io.pairstream.cli.options.JsonFlags;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `pairstream doctor`: what this machine has, what is missing and how to get it.
@Command(
    name = "doctor",
    description = {
      "Says what this machine has, what is missing and how to get it.",
      "Exit code 3 when something is missing that every run needs."
    },
    footer = {"", "Example:", "  pairstream doctor --bootstrap localhost:9092"})
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

  @Mixin private JsonFlags json = new JsonFlags();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    Logging.quiet();
    List<Check> found = new ArrayList<>();
    for (Check check : MachineChecks.all(out)) {
      found.add(shown(check));
    }
    JavaCommand command = JavaCommand.pairstream();
    for (NativeProbe probe : NativeProbe.values()) {
      found.add(shown(probe.check(command)));
    }
    String address = bootstrap;
    if (address == null) {
      found.add(shown(BrokerCheck.none()));
    } else {
      found.add(shown(BrokerCheck.of(Usage.checked(() -> new KafkaOptions(address)))));
    }
    boolean whole = found.stream().noneMatch(one -> one.state() == Check.State.MISSING);
    if (json.json()) {
      Terminal.out(spec).println(Check.json(whole, found).toPrettyString());
      Terminal.out(spec).flush();
    }
    return (whole ? ExitCode.DONE : ExitCode.ENVIRONMENT).code();
  }

  /// A person sees each line as soon as it is known: some take seconds.
  private Check shown(Check check) {
    if (!json.json()) {
      PrintWriter people = Terminal.out(spec);
      people.println(check.line());
      people.flush();
    }
    return check;
  }
}
