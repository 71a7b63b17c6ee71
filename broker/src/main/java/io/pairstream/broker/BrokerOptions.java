package io.pairstream.broker;

import io.pairstream.config.KafkaOptions;
import io.pairstream.config.OptionException;
import java.nio.file.Path;
import java.util.Optional;

/// What an embedded broker is told.
///
/// @param directory where its data lies; made when absent
/// @param port to listen on, or 0 for any free one
/// @param maxRecordBytes largest value of a record, in bytes
/// @param secured a listener beside the one without encryption
public record BrokerOptions(
    Path directory, int port, int maxRecordBytes, Optional<SecuredListener> secured) {
  public BrokerOptions {
    requirePort(port);
    KafkaOptions.requirePossible(maxRecordBytes);
  }

  public BrokerOptions(Path directory, int port, int maxRecordBytes) {
    this(directory, port, maxRecordBytes, Optional.empty());
  }

  public BrokerOptions(Path directory) {
    this(directory, 0, KafkaOptions.DEFAULT_MAX_RECORD_BYTES);
  }

  static void requirePort(int port) {
    if (port < 0 || port > 65535) {
      throw new OptionException("--port", port + " is outside 0 to 65535");
    }
  }
}
