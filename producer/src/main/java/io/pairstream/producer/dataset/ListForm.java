package io.pairstream.producer.dataset;

import io.pairstream.ops.ServiceException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// How the lines of a list are cut: `path label` or `path num_frames label`, at spaces, commas or
/// tabs. The first line decides for all.
///
/// At spaces and commas the path may hold the separator itself, because the numbers are the last
/// fields. A path may stand in quotes, in which two quotes are one.
///
/// @param separator between the fields
/// @param frames whether the number of frames is there
record ListForm(Separator separator, boolean frames) {
  private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]+");
  private static final String QUOTE = "\"";

  /// What stands between fields.
  enum Separator {
    SPACE(' ', "spaces"),
    COMMA(',', "commas"),
    TAB('\t', "tabs");

    private final char character;
    private final String words;

    Separator(char character, String words) {
      this.character = character;
      this.words = words;
    }
  }

  /// What a line says.
  ///
  /// @param frames how many, or [Sample#UNKNOWN]
  record Entry(String path, long frames, long label) {}

  /// A list with its form, and without a header.
  ///
  /// @param entries the lines that are clips
  record Cut(ListForm form, List<ClipList.Line> entries, boolean header) {}

  /// Finds the form of a list out. A first line without a number at its end is a header if others
  /// follow it.
  ///
  /// @throws ServiceException naming the line that has another form
  static Cut of(ClipList list) {
    List<ClipList.Line> lines = list.lines();
    if (lines.isEmpty()) {
      return new Cut(new ListForm(Separator.SPACE, true), lines, false);
    }
    boolean header = lines.size() > 1 && isHeader(lines.getFirst());
    List<ClipList.Line> entries = header ? lines.subList(1, lines.size()) : lines;
    Separator separator = separator(entries.getFirst());
    boolean frames = hasFrames(fields(separator, entries.getFirst()));
    return new Cut(new ListForm(separator, frames), List.copyOf(entries), header);
  }

  private static Separator separator(ClipList.Line line) {
    String text = line.text();
    if (text.contains("\t")) {
      return Separator.TAB;
    }
    int comma = text.lastIndexOf(',');
    boolean oneFieldBehind = comma >= 0 && !text.substring(comma + 1).strip().contains(" ");
    return oneFieldBehind ? Separator.COMMA : Separator.SPACE;
  }

  /// A header has a word where the others have their label.
  private static boolean isHeader(ClipList.Line line) {
    List<String> fields = fields(separator(line), line);
    String last = fields.getLast().strip();
    return fields.size() >= 2 && last.matches("(?i)[a-z_ ]*(label|class|class_id|target|id)");
  }

  private static boolean hasFrames(List<String> fields) {
    return fields.size() >= 3
        && isNumber(fields.getLast())
        && isNumber(fields.get(fields.size() - 2));
  }

  private static boolean isNumber(String field) {
    return NUMBER.matcher(field.strip()).matches();
  }

  /// Cuts at every separator that is not within quotes at the line's beginning.
  private static List<String> fields(Separator separator, ClipList.Line line) {
    String text = line.text();
    List<String> fields = new ArrayList<>();
    int from = 0;
    if (text.startsWith(QUOTE)) {
      int end = closingQuote(line);
      fields.add(text.substring(0, end + 1));
      from = end + 1;
      if (from < text.length()) {
        if (text.charAt(from) != separator.character) {
          throw line.error("'" + text + "' goes on behind the quotes without a separator");
        }
        from++;
      }
    }
    for (int at = text.indexOf(separator.character, from);
        at >= 0;
        at = text.indexOf(separator.character, from)) {
      fields.add(text.substring(from, at));
      from = at + 1;
    }
    fields.add(text.substring(Math.min(from, text.length())));
    return fields;
  }

  private static int closingQuote(ClipList.Line line) {
    String text = line.text();
    for (int at = text.indexOf(QUOTE, 1); at >= 0; at = text.indexOf(QUOTE, at + 1)) {
      if (text.startsWith(QUOTE, at + 1)) {
        at++;
      } else {
        return at;
      }
    }
    throw line.error("'" + text + "' has a quote that does not end");
  }

  Entry parse(ClipList.Line line) {
    List<String> fields = fields(separator, line);
    // At tabs a line says by itself whether it has a number of frames.
    boolean counted = separator == Separator.TAB ? fields.size() == 3 : frames;
    int behind = counted ? 2 : 1;
    if (fields.size() <= behind || (separator == Separator.TAB && fields.size() > 3)) {
      throw mismatch(line);
    }
    String path = path(fields.subList(0, fields.size() - behind));
    if (path.isBlank()) {
      throw mismatch(line);
    }
    String label = fields.getLast().strip();
    if (!isNumber(label)) {
      throw line.error(
          "label '%s' is not a number; the line is read as '%s'".formatted(label, words()));
    }
    return new Entry(
        path,
        counted
            ? line.parseNumber(fields.get(fields.size() - 2).strip(), "number of frames")
            : Sample.UNKNOWN,
        line.parseNumber(label, "label"));
  }

  private String path(List<String> fields) {
    String text = String.join(String.valueOf(separator.character), fields);
    return text.startsWith(QUOTE) && text.endsWith(QUOTE) && text.length() > 1
        ? text.substring(1, text.length() - 1).replace(QUOTE + QUOTE, QUOTE)
        : text;
  }

  private String words() {
    String fields =
        separator == Separator.TAB
            ? "path label or path num_frames label"
            : frames ? "path num_frames label" : "path label";
    return fields + " with " + separator.words;
  }

  private ServiceException mismatch(ClipList.Line line) {
    return line.error("'%s' is not '%s'".formatted(line.text(), words()));
  }
}
