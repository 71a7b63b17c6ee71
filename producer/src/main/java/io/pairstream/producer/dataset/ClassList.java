package io.pairstream.producer.dataset;

import io.pairstream.ops.ServiceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Class names from a file: a name a line, in the order of the labels; or names with their labels,
/// before or behind them (`0 abseiling`, `riding a bike<TAB>0`, `washing_hands,0`), from 0 or 1.
final class ClassList {
  private static final Pattern BEFORE = Pattern.compile("([0-9]+)[ \t,;]+(.+)");
  private static final Pattern BEHIND = Pattern.compile("(.+?)[ \t,;]+([0-9]+)");

  private ClassList() {}

  /// Reads a file.
  ///
  /// @return the name of each label
  /// @throws ServiceException if there is no name in it, or one is there twice
  static List<String> read(Path file) throws IOException {
    List<ClipList.Line> lines = ClipList.read(file).lines();
    if (lines.isEmpty()) {
      throw ServiceException.usage("class list " + file + " is empty");
    }
    List<String> names = numbered(lines, BEFORE, 1, 2);
    if (names.isEmpty()) {
      names = numbered(lines, BEHIND, 2, 1);
    }
    return names.isEmpty() ? plain(lines) : names;
  }

  private static List<String> plain(List<ClipList.Line> lines) {
    List<String> names = new ArrayList<>();
    for (ClipList.Line line : lines) {
      String name = line.text().strip();
      if (names.contains(name)) {
        throw line.error("class '" + name + "' is named twice");
      }
      names.add(name);
    }
    return names;
  }

  /// The names by their numbers, if each line has one, no number is missing and no name is there
  /// twice; else nothing: then the numbers belong to the names.
  private static List<String> numbered(
      List<ClipList.Line> lines, Pattern form, int number, int name) {
    List<String> names = new ArrayList<>(Collections.nCopies(lines.size(), ""));
    OptionalInt first = OptionalInt.empty();
    for (int zero : new int[] {0, 1}) {
      if (fill(lines, form, number, name, zero, names)) {
        first = OptionalInt.of(zero);
        break;
      }
      Collections.fill(names, "");
    }
    return first.isPresent() && new HashSet<>(names).size() == names.size() ? names : List.of();
  }

  private static boolean fill(
      List<ClipList.Line> lines, Pattern form, int number, int name, int zero, List<String> names) {
    for (ClipList.Line line : lines) {
      Matcher matcher = form.matcher(line.text().strip());
      if (!matcher.matches() || matcher.group(number).length() > 6) {
        return false;
      }
      int label = Integer.parseInt(matcher.group(number)) - zero;
      if (label < 0 || label >= names.size() || !names.get(label).isEmpty()) {
        return false;
      }
      names.set(label, matcher.group(name).strip());
    }
    return true;
  }
}
