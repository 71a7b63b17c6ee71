package io.pairstream.trainer.weights;

import java.io.IOException;

/// A file is not the weights that it should be: damaged, cut short, of another kind, or asking for
/// what no weights need. One sentence.
public final class WeightFormatException extends IOException {
  private static final long serialVersionUID = 1;

  public WeightFormatException(String sentence) {
    super(sentence);
  }

  public WeightFormatException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
