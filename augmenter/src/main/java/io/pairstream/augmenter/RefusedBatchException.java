package io.pairstream.augmenter;

/// A batch that the augmentation cannot augment, whenever it is tried.
public final class RefusedBatchException extends Exception {
  private static final long serialVersionUID = 1;

  RefusedBatchException(String message) {
    super(message);
  }

  RefusedBatchException(String message, Throwable cause) {
    super(message, cause);
  }
}
