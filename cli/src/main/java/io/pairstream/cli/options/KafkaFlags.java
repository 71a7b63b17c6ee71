package io.pairstream.cli.options;

import io.pairstream.config.ClientSettings;
import io.pairstream.config.KafkaOptions;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How to reach the broker.
@OptionGroup("Kafka")
public final class KafkaFlags {
  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description = "The broker, or several of its cluster with commas.")
  private @Nullable String bootstrap;

  @Option(
      names = "--kafka-config",
      paramLabel = "FILE",
      description =
          "A properties file with settings of every Kafka client, such as security.protocol and"
              + " secrets; every new client reads it anew.")
  private @Nullable Path config;

  public Optional<String> bootstrap() {
    return Optional.ofNullable(bootstrap);
  }

  /// The options as a value, with a broker's address from elsewhere.
  public KafkaOptions options(String address, int maxRecordBytes) {
    return Usage.checked(() ->
        new KafkaOptions(
            address,
            maxRecordBytes,
            config == null ? ClientSettings.NONE : ClientSettings.of(config)));
  }

  /// The options as a value; the broker must have been named.
  ///
  /// @param maxRecordBytes largest record
  public KafkaOptions options(int maxRecordBytes) {
    return options(Usage.given("--bootstrap", bootstrap), maxRecordBytes);
  }
}
