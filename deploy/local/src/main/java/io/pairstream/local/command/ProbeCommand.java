package io.pairstream.local.command;

import io.pairstream.cli.Logging;
import io.pairstream.cli.Terminal;
import io.pairstream.cli.options.Usage;
import io.pairstream.local.doctor.NativeProbe;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `pairstream probe`: loads one native library and says its version; the doctor's helper.
@Command(name = "probe", hidden = true, description = "Loads one native library.")
final class ProbeCommand implements Callable<Integer> {
  @Parameters(paramLabel = "LIBRARY", description = "One of ${COMPLETION-CANDIDATES}.")
  private @Nullable NativeProbe library;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() {
    Logging.quiet();
    String version = Usage.given("LIBRARY", library).loadHere();
    Terminal.out(spec).println(version);
    return 0;
  }
}
