package io.pairstream.ops;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.IOException;
import java.nio.file.Path;

/// What a command did, as one JSON object: the record's components by name and in order, after
/// `command`. What is null did not make sense for it and has no key.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "command")
@JsonInclude(JsonInclude.Include.NON_NULL)
public interface Report {
  /// The object as it is written.
  default String json() {
    return ReportFile.text(this);
  }

  /// Writes the file at once: a reader sees the old one or the new one. See [ReportFile].
  ///
  /// @throws ServiceException (3) naming the file if it cannot be written
  default void write(Path file) {
    try {
      ReportFile.write(file, this);
    } catch (IOException e) {
      throw ServiceException.environment(
          "the report " + file + " cannot be written: " + e.getMessage(), e);
    }
  }

  /// Reads what [#write] wrote; keys that this program does not know are passed over.
  ///
  /// @throws IOException if the file cannot be read or holds no such report
  static <R extends Report> R read(Path file, Class<R> type) throws IOException {
    return ReportFile.read(file, type);
  }
}
