package io.pairstream.trainer.weights;

import java.nio.charset.StandardCharsets;

/// How strings are written in pickles of Python 2 and of protocol 0.
final class Strings {
  private Strings() {}

  /// One character a byte: what Python 2 means by a string, and what turns back into its bytes.
  static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /// A quoted literal with escapes, as `repr` of Python 2 writes it.
  static Value.Text ofLiteral(String literal, long at) throws WeightFormatException {
    String line = literal.stripTrailing();
    if (line.length() < 2
        || line.charAt(0) != line.charAt(line.length() - 1)
        || "'\"".indexOf(line.charAt(0)) < 0) {
      throw new WeightFormatException("the pickle has no string at byte " + at);
    }
    StringBuilder text = new StringBuilder();
    for (int i = 1; i < line.length() - 1; i++) {
      char c = line.charAt(i);
      if (c != '\\' || i + 1 >= line.length() - 1) {
        text.append(c);
        continue;
      }
      char escaped = line.charAt(++i);
      switch (escaped) {
        case 'n' -> text.append('\n');
        case 'r' -> text.append('\r');
        case 't' -> text.append('\t');
        case 'x' -> {
          if (i + 2 >= line.length()) {
            throw new WeightFormatException("the pickle has no string at byte " + at);
          }
          text.append((char) Integer.parseInt(line.substring(i + 1, i + 3), 16));
          i += 2;
        }
        default -> text.append(escaped);
      }
    }
    return new Value.Text(text.toString());
  }

  /// Protocol 0's unicode: one character a byte, but `\u0041` and `\U00000041` stand for one
  /// character, whatever it is.
  static String ofRawUnicode(String line) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      int digits = line.startsWith("\\u", i) ? 4 : line.startsWith("\\U", i) ? 8 : 0;
      if (digits > 0 && i + 2 + digits <= line.length()) {
        int code = Integer.parseInt(line.substring(i + 2, i + 2 + digits), 16);
        text.appendCodePoint(Character.isValidCodePoint(code) ? code : '?');
        i += digits + 1;
      } else {
        text.append(line.charAt(i));
      }
    }
    return text.toString();
  }
}
