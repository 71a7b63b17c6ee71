package io.pairstream.cli.options;

import io.pairstream.config.KafkaOptions;
import picocli.CommandLine.Option;

/// The one number from which all of Kafka's size settings follow.
@OptionGroup("Kafka")
public final class SizeFlags {
  @Option(
      names = "--max-record-bytes",
      paramLabel = "BYTES",
      defaultValue = "" + KafkaOptions.DEFAULT_MAX_RECORD_BYTES,
      description = "Largest record that travels (default: ${DEFAULT-VALUE}).")
  private int maxRecordBytes;

  public int maxRecordBytes() {
    return maxRecordBytes;
  }
}
