package io.pairstream.producer.dataset;

import java.util.ArrayList;
import java.util.List;

/// Fields with commas between, quoted where they hold one: `"abseiling, long",x,1,2`.
final class CsvLine {
  private CsvLine() {}

  static List<String> fields(ClipList.Line line) {
    String text = line.text();
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' && quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
        field.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    if (quoted) {
      throw line.error("'" + text + "' has a quote that does not end");
    }
    fields.add(field.toString());
    return fields;
  }
}
