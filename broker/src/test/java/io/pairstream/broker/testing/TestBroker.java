package io.pairstream.broker.testing;

import io.pairstream.broker.BrokerOptions;
import io.pairstream.broker.EmbeddedBroker;
import java.nio.file.Path;

/// Starts the brokers of tests: one that breaks is an error in whatever thread finds it.
public final class TestBroker {
  private TestBroker() {}

  /// @param folder for its data; made when absent
  public static EmbeddedBroker start(Path folder) {
    return start(new BrokerOptions(folder));
  }

  public static EmbeddedBroker start(BrokerOptions options) {
    return EmbeddedBroker.start(
        options,
        fault -> {
          throw new AssertionError("the broker broke", fault);
        });
  }
}
