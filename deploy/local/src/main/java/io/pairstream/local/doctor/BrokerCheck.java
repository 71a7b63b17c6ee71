package io.pairstream.local.doctor;

import io.pairstream.config.KafkaOptions;
import java.util.Collection;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;

/// Whether a broker answers.
public final class BrokerCheck {
  private static final int TIMEOUT_SECONDS = 10;

  private BrokerCheck() {}

  /// When no broker was named.
  public static Check none() {
    return Check.absent(
        "broker", "not asked for with --bootstrap; 'demo' and 'run' start one of their own");
  }

  public static Check of(KafkaOptions options) {
    try (Admin admin = Admin.create(options.admin())) {
      Collection<Node> nodes =
          admin.describeCluster().nodes().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      return Check.ok("broker", options.bootstrapServers() + " answers; nodes: " + nodes.size());
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      return Check.missing(
          "broker",
          options.bootstrapServers()
              + " does not answer; './pairstream broker --data DIR' starts one on this machine");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Check.missing("broker", "interrupted");
    }
  }
}
