package io.pairstream.producer.dataset;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.pairstream.ops.ServiceException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The JSON files of Something-Something V2, read as a stream: the training file has 168,913
/// entries.
final class SomethingLabels {
  private SomethingLabels() {}

  /// Takes an entry of a list of videos.
  @FunctionalInterface
  interface Taker {
    /// @param id of the video
    /// @param template its class with brackets, if the entry has one
    void take(String id, @Nullable String template) throws IOException;
  }

  /// A template without its brackets, as `labels.json` has it.
  static String plain(String template) {
    return template.replace("[", "").replace("]", "");
  }

  /// Labels by template, without brackets: `{"Opening something": "2", …}`.
  ///
  /// @throws ServiceException if it is not that, or the labels are not 0, 1, … each once
  static Map<String, Integer> labels(Path file) throws IOException {
    Map<String, Integer> labels = new LinkedHashMap<>();
    try (JsonParser json = parser(file)) {
      require(file, json, json.nextToken() == JsonToken.START_OBJECT, "an object is expected");
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String template = plain(json.currentName());
        json.nextToken();
        String label = json.getText();
        require(file, json, label.matches("[0-9]{1,5}"), "label '" + label + "' is not a number");
        require(
            file,
            json,
            labels.put(template, Integer.parseInt(label)) == null,
            "'" + template + "' is there twice");
      }
    } catch (JsonProcessingException e) {
      throw broken(file, e);
    }
    Map<Integer, String> byLabel = new HashMap<>();
    labels.forEach((template, label) -> byLabel.put(label, template));
    for (int label = 0; label < labels.size(); label++) {
      if (!byLabel.containsKey(label)) {
        throw ServiceException.usage(
            "%s: its %d labels are not 0 to %d, each once: %d is missing"
                .formatted(file, labels.size(), labels.size() - 1, label));
      }
    }
    return labels;
  }

  /// Reads a list of videos: `[{"id": "78687", "template": "Holding [something]", …}, …]`.
  ///
  /// @throws ServiceException if it is not that
  static void videos(Path file, Taker taker) throws IOException {
    try (JsonParser json = parser(file)) {
      require(file, json, json.nextToken() == JsonToken.START_ARRAY, "a list is expected");
      while (json.nextToken() == JsonToken.START_OBJECT) {
        String id = null;
        String template = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          JsonToken value = json.nextToken();
          if (name.equals("id")) {
            id = json.getText();
          } else if (name.equals("template")) {
            template = json.getText();
          } else if (value.isStructStart()) {
            json.skipChildren();
          }
        }
        if (id == null) {
          throw wrong(file, json, "an entry has no id");
        }
        taker.take(id, template);
      }
    } catch (JsonProcessingException e) {
      throw broken(file, e);
    }
  }

  private static JsonParser parser(Path file) throws IOException {
    return JsonFactory.builder().build().createParser(ClipList.text(file));
  }

  private static void require(Path file, JsonParser json, boolean holds, String problem) {
    if (!holds) {
      throw wrong(file, json, problem);
    }
  }

  private static ServiceException wrong(Path file, JsonParser json, String problem) {
    return ServiceException.usage(
        "%s, line %d: %s".formatted(file, json.currentLocation().getLineNr(), problem));
  }

  private static ServiceException broken(Path file, JsonProcessingException e) {
    return ServiceException.usage(
        "%s, line %d: this is no JSON: %s"
            .formatted(
                file,
                e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                e.getOriginalMessage()),
        e);
  }
}
