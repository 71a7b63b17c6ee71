package io.pairstream.wire;

/// A record that is not what its schema says: never the environment's fault, always the same for
/// the same bytes. The message names the tensor or header.
public final class MalformedRecordException extends Exception {
  public MalformedRecordException(String message) {
    super(message);
  }

  public MalformedRecordException(String message, Throwable cause) {
    super(message, cause);
  }
}
