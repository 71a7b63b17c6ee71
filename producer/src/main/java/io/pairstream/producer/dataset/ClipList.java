package io.pairstream.producer.dataset;

import io.pairstream.ops.ServiceException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A text file read line by line, where every error names the file and the line. A byte-order mark,
/// Windows line ends and blanks at the end of a line are as if they were not there.
///
/// @param file where the lines come from
/// @param lines without blank ones and comments
record ClipList(Path file, List<Line> lines) {
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final String COMMENT = "#";

  /// A line of the file.
  ///
  /// @param number from 1
  record Line(Path file, int number, String text) {
    ServiceException error(String problem) {
      return ServiceException.usage("%s, line %d: %s".formatted(file, number, Visible.of(problem)));
    }

    long parseNumber(String field, String what) {
      try {
        return Long.parseLong(field);
      } catch (NumberFormatException e) {
        throw error("%s '%s' is not a number".formatted(what, field));
      }
    }
  }

  ClipList {
    lines = List.copyOf(lines);
  }

  /// Reads UTF-8 text.
  ///
  /// @throws ServiceException if there is no such file or it holds other bytes
  static ClipList read(Path file) throws IOException {
    List<Line> lines = new ArrayList<>();
    int number = 0;
    for (String line : text(file).lines().toList()) {
      number++;
      if (!line.isBlank() && !line.startsWith(COMMENT)) {
        lines.add(new Line(file, number, line.stripTrailing()));
      }
    }
    return new ClipList(file, lines);
  }

  /// The text of a file, without its byte-order mark.
  ///
  /// @throws ServiceException if there is no such file or it holds other bytes than UTF-8's
  static String text(Path file) throws IOException {
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8);
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
    } catch (NoSuchFileException e) {
      throw ServiceException.usage("list " + file + " does not exist");
    } catch (CharacterCodingException e) {
      throw ServiceException.usage("list " + file + " is not UTF-8 text");
    }
  }

  /// A path of the list, which is relative to where the list lies.
  Path resolve(Line line, String path) {
    try {
      return file.toAbsolutePath().resolveSibling(path).normalize();
    } catch (InvalidPathException e) {
      throw line.error("'" + path + "' is not a path");
    }
  }
}
