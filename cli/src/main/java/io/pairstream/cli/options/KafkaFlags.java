package io.pairstream.cli.options;

import io.pairstream.config.KafkaOptions;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How to reach the broker.
public final class KafkaFlags {
  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description = "The broker, or several of its cluster with commas.")
  private @Nullable String bootstrap;

  @Option(
      names = "--kafka-property",
      paramLabel = "NAME=VALUE",
      description = "A property of every Kafka client, such as security.protocol=SSL; repeatable.")
  private Map<String, String> properties = new TreeMap<>();

  public Optional<String> bootstrap() {
    return Optional.ofNullable(bootstrap);
  }

  /// The options as a value, with a broker's address from elsewhere.
  public KafkaOptions options(String address, int maxRecordBytes) {
    return Usage.checked(() -> new KafkaOptions(address, maxRecordBytes, properties));
  }

  /// The options as a value; the broker must have been named.
  ///
  /// @param maxRecordBytes largest record
  public KafkaOptions options(int maxRecordBytes) {
    return options(Usage.given("--bootstrap", bootstrap), maxRecordBytes);
  }
}
