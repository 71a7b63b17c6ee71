package io.pairstream.crop;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The numbers of a [CropRule]'s text, `NAME:MIN-MAX`.
record CropNumbers(String text, String min, String max) {
  private static final Pattern NUMBERS =
      Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)-([0-9]{1,9}(?:\\.[0-9]{1,9})?)");

  static CropNumbers of(String text, int colon) {
    Matcher numbers = NUMBERS.matcher(text.substring(colon + 1));
    if (!numbers.matches()) {
      throw new IllegalArgumentException("crop '" + text + "' does not end in MIN-MAX");
    }
    return new CropNumbers(text, numbers.group(1), numbers.group(2));
  }

  ShortSide shortSide() {
    try {
      return new ShortSide(Integer.parseInt(min), Integer.parseInt(max));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("crop '" + text + "' is not of whole pixels", e);
    }
  }

  RandomResized randomResized() {
    return new RandomResized(Double.parseDouble(min), Double.parseDouble(max));
  }

  /// A number as texts have it.
  static String number(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
