package io.pairstream.producer.command;

import io.pairstream.cli.options.Usage;
import io.pairstream.ops.ServiceException;
import io.pairstream.producer.ViewProducer;
import io.pairstream.wire.ViewStream;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `pairstream produce-views`: what an evaluation shows its model; a process of its own because it
/// loads FFmpeg.
@Command(name = "produce-views", hidden = true, description = "Sends views of videos to a tester.")
final class ProduceViewsCommand implements Callable<Integer> {
  @Mixin private DatasetFlags dataset = new DatasetFlags();
  @Mixin private TestFlags test = new TestFlags();

  @Option(names = "--socket", paramLabel = "PATH", required = true, description = "The tester's.")
  private @Nullable Path socket;

  @Override
  public Integer call() throws InterruptedException {
    ViewProducer producer =
        new ViewProducer(
            new ViewProducer.ViewOptions(
                dataset.options(), test.part(), test.views(Optional.empty()), test.loading()));
    Path tester = Usage.given("--socket", socket);
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(tester))) {
      producer.run(new ViewStream.Writer(Channels.newOutputStream(channel)));
    } catch (IOException e) {
      throw ServiceException.environment(
          "the tester at " + tester + " is gone: " + e.getMessage(), e);
    }
    return 0;
  }
}
