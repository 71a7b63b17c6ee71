package io.pairstream.producer.dataset;

/// A dataset that cannot be used as it was given: one sentence that names the file, folder, class
/// or line.
public final class DatasetException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public DatasetException(String sentence) {
    super(sentence);
  }
}
