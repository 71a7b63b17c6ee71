package io.pairstream.local.options;

import io.pairstream.config.KafkaOptions;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How to reach the broker.
public final class KafkaFlags {
  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      required = true,
      description = "The broker, or several with commas.")
  private @Nullable String bootstrap;

  @Option(
      names = "--kafka-property",
      paramLabel = "NAME=VALUE",
      description = "A property of every Kafka client, such as security.protocol=SSL; repeatable.")
  private Map<String, String> properties = new TreeMap<>();

  /// The options as a value.
  ///
  /// @param maxRecordBytes largest record
  public KafkaOptions options(int maxRecordBytes) {
    return Usage.checked(
        () -> new KafkaOptions(Usage.given("--bootstrap", bootstrap), maxRecordBytes, properties));
  }
}
