package io.pairstream.clip;

import java.util.Locale;

/// What of the augmented half travels in a pair.
public enum PairEncoding {
  /// Pixels, rounded half to even and saturated.
  U8,
  /// Normalised values in half precision.
  F16,
  /// Nothing: the trainer makes it from the original, λ and the channel order. Half the bytes.
  RECIPE;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static PairEncoding parse(String text) {
    for (PairEncoding encoding : values()) {
      if (encoding.text().equals(text)) {
        return encoding;
      }
    }
    throw new IllegalArgumentException("pair encoding '" + text + "' is not u8, f16 or recipe");
  }
}
