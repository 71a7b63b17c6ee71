package io.pairstream.ops;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Where a report goes that has the name of a file.
///
/// A regular file is replaced at once, at the end of all links that lead to it. What is none, a
/// device or a pipe, is written through: a file that took its name would end it. So is what the
/// kernel's own links lead to (`/dev/stdout`, `/proc/self/fd/3`): a file behind them is open
/// somewhere, and who holds it would go on with one that has no name any more.
final class ReportFile {
  /// As Linux has it.
  private static final int MOST_LINKS = 40;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private ReportFile() {}

  static String text(Report report) {
    try {
      return JSON.writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static <R extends Report> R read(Path file, Class<R> type) throws IOException {
    return JSON.readValue(file.toFile(), type);
  }

  static void write(Path file, Report report) throws IOException {
    byte[] content = JSON.writeValueAsBytes(report);
    Path target = file.toAbsolutePath();
    boolean ofKernel = isOfKernel(target);
    for (int links = 0; Files.isSymbolicLink(target) && !ofKernel; links++) {
      if (links == MOST_LINKS) {
        throw new FileSystemLoopException(file.toString());
      }
      target = target.resolveSibling(Files.readSymbolicLink(target));
      ofKernel = isOfKernel(target);
    }
    if (ofKernel || (Files.exists(target) && !Files.isRegularFile(target))) {
      try (OutputStream out =
          Files.newOutputStream(target, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
        out.write(content);
        out.write('\n');
      }
      return;
    }
    replace(target, content);
  }

  private static boolean isOfKernel(Path path) {
    Path plain = path.normalize();
    return plain.startsWith("/proc") || (plain.startsWith("/dev") && !plain.startsWith("/dev/shm"));
  }

  private static void replace(Path target, byte[] content) throws IOException {
    Path unfinished = target.resolveSibling(target.getFileName() + ".tmp");
    // Anew, so that nothing is followed that lies there under this name.
    Files.deleteIfExists(unfinished);
    Files.write(unfinished, content, StandardOpenOption.CREATE_NEW);
    Files.move(
        unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
