package io.pairstream.local.doctor;

/// A native library is not usable here; the message says why.
final class ProbeException extends Exception {
  private static final long serialVersionUID = 1;

  ProbeException(String message) {
    super(message);
  }

  ProbeException(String message, Throwable cause) {
    super(message, cause);
  }
}
