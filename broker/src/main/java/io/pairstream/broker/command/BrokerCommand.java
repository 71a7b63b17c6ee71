package io.pairstream.broker.command;

import io.pairstream.broker.BrokerOptions;
import io.pairstream.broker.BrokerProcess;
import io.pairstream.cli.options.SizeFlags;
import io.pairstream.cli.options.Usage;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `pairstream broker`: one Kafka node for this machine, until it is told to stop.
@Command(
    name = "broker",
    description = {
      "Runs one Kafka node for this machine until it is stopped.",
      "Its address is written to DIR/broker.address as soon as it serves."
    },
    footer = {"", "Example:", "  pairstream broker --data out/broker --port 9092"})
final class BrokerCommand implements Callable<Integer> {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      required = true,
      description = "Where its data lies; made when absent.")
  private @Nullable Path data;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "0",
      description = "The port to listen on (default: any that is free).")
  private int port;

  @Mixin private SizeFlags size = new SizeFlags();

  @Override
  public Integer call() throws InterruptedException {
    BrokerOptions options =
        Usage.checked(
            () -> new BrokerOptions(Usage.given("--data", data), port, size.maxRecordBytes()));
    return BrokerProcess.run(options);
  }
}
