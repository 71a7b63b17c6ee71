package io.pairstream.producer.dataset;

import io.pairstream.ops.ServiceException;
import java.util.regex.Pattern;

/// How the lines of a list are cut. The first line decides for the whole list.
enum ListForm {
  /// `path num_frames label` at single spaces, as TSM's tools and the authors' code have it: the
  /// path may hold spaces itself.
  SPACES("path num_frames label") {
    @Override
    Entry parse(ClipList.Line line) {
      String text = line.text();
      int beforeLabel = text.lastIndexOf(' ');
      int beforeFrames = beforeLabel < 0 ? -1 : text.lastIndexOf(' ', beforeLabel - 1);
      if (beforeFrames <= 0) {
        throw mismatch(line);
      }
      return new Entry(
          text.substring(0, beforeFrames),
          line.parseNumber(text.substring(beforeFrames + 1, beforeLabel), FRAMES),
          line.parseNumber(text.substring(beforeLabel + 1), LABEL));
    }
  },
  /// `path,label`, as Kinetics' lists have it: the path may hold commas itself.
  COMMA("path,label") {
    @Override
    Entry parse(ClipList.Line line) {
      String text = line.text();
      int beforeLabel = text.lastIndexOf(',');
      String path = beforeLabel < 0 ? "" : text.substring(0, beforeLabel);
      if (path.isBlank()) {
        throw mismatch(line);
      }
      if (path.startsWith("\"")) {
        throw line.error("'" + text + "' has a quoted path: quotes would be part of the name");
      }
      if (NUMBER_LAST.matcher(path).find()) {
        throw line.error(
            "'%s' may be 'path,label' or 'path,num_frames,label': cut it with tabs instead"
                .formatted(text));
      }
      String label = text.substring(beforeLabel + 1).strip();
      return new Entry(path, Sample.UNKNOWN, line.parseNumber(label, LABEL));
    }
  },
  /// `path label` or `path num_frames label` at tabs.
  TABS("path label or path num_frames label, with tabs between") {
    @Override
    Entry parse(ClipList.Line line) {
      String[] fields = line.text().split("\t", -1);
      if (fields.length < 2 || fields.length > 3 || fields[0].isBlank()) {
        throw mismatch(line);
      }
      long frames = fields.length == 2 ? Sample.UNKNOWN : line.parseNumber(fields[1], FRAMES);
      String label = fields[fields.length - 1];
      return new Entry(fields[0], frames, line.parseNumber(label, LABEL));
    }
  };

  private static final String FRAMES = "number of frames";
  private static final String LABEL = "label";
  private static final Pattern NUMBER_LAST = Pattern.compile(", *-?[0-9]+ *$");

  private final String words;

  ListForm(String words) {
    this.words = words;
  }

  /// What a line says.
  ///
  /// @param frames how many, or [Sample#UNKNOWN]
  record Entry(String path, long frames, long label) {}

  abstract Entry parse(ClipList.Line line);

  /// The form of a list.
  static ListForm of(ClipList list) {
    String first = list.lines().isEmpty() ? "" : list.lines().getFirst().text();
    if (first.contains("\t")) {
      return TABS;
    }
    int comma = first.lastIndexOf(',');
    boolean oneFieldBehind = comma >= 0 && !first.substring(comma + 1).strip().contains(" ");
    return oneFieldBehind ? COMMA : SPACES;
  }

  ServiceException mismatch(ClipList.Line line) {
    return line.error("'%s' is not '%s'".formatted(line.text(), words));
  }
}
