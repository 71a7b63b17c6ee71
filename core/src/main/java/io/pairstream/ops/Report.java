package io.pairstream.ops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;

/// What a command did, as one JSON object; absent keys did not make sense for it.
///
/// Keys: `command`, `run`, `seconds`, `batches`, `clips`, `skipped`, `rejected`, `missing`,
/// `duplicates`, `megabytesPerSecond`, `dataWaitShare`, `steps`, `loss`, `top1`, `top5`, `device`,
/// `versions`, and `services` with one such object an instance.
public final class Report {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final ObjectNode root = JSON.createObjectNode();

  public Report(String command, String run) {
    root.put("command", command);
    root.put("run", run);
  }

  private Report(ObjectNode read) {
    root.setAll(read);
  }

  public Report put(String key, long value) {
    root.put(key, value);
    return this;
  }

  public Report put(String key, double value) {
    root.put(key, value);
    return this;
  }

  public Report put(String key, String value) {
    root.put(key, value);
    return this;
  }

  public Report put(String key, boolean value) {
    root.put(key, value);
    return this;
  }

  public Report put(String key, JsonNode value) {
    root.set(key, value);
    return this;
  }

  /// The whole object, to read or add to.
  public ObjectNode json() {
    return root;
  }

  /// Writes the file at once: a reader sees the old one or the new one. See [ReportFile].
  ///
  /// @throws ServiceException (3) naming the file if it cannot be written
  public void write(Path file) {
    try {
      ReportFile.write(file, JSON.writeValueAsBytes(root));
    } catch (IOException e) {
      throw ServiceException.environment(
          "the report " + file + " cannot be written: " + e.getMessage(), e);
    }
  }

  public static Report read(Path file) throws IOException {
    if (JSON.readTree(file.toFile()) instanceof ObjectNode read) {
      return new Report(read);
    }
    throw new IOException(file + " is no JSON object");
  }

  @Override
  public String toString() {
    return root.toPrettyString();
  }
}
