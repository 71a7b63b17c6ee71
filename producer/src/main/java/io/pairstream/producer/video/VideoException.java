package io.pairstream.producer.video;

/// A video whose bytes cannot be used, now and at every other time: undecodable or over a limit.
/// The message is one clause that says why, without the name of the file.
public final class VideoException extends Exception {
  private static final long serialVersionUID = 1;

  public VideoException(String cause) {
    super(cause);
  }
}
