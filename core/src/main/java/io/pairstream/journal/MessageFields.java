package io.pairstream.journal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Predicate;

/// The fields of a message, read strictly. Every method throws IllegalArgumentException if the
/// field is not there or something else.
record MessageFields(JsonNode json) {
  boolean has(String field) {
    return json.has(field);
  }

  String text(String field) {
    return required(field, JsonNode::isTextual, "text").textValue();
  }

  long number(String field) {
    return required(
            field, node -> node.isIntegralNumber() && node.canConvertToLong(), "a whole number")
        .longValue();
  }

  int small(String field) {
    return required(
            field, node -> node.isIntegralNumber() && node.canConvertToInt(), "a whole number")
        .intValue();
  }

  double real(String field) {
    return required(field, JsonNode::isNumber, "a number").doubleValue();
  }

  /// False where it is absent.
  boolean flag(String field) {
    return has(field) && required(field, JsonNode::isBoolean, "true or false").booleanValue();
  }

  private JsonNode required(String field, Predicate<JsonNode> fits, String what) {
    JsonNode node = json.get(field);
    if (node == null || !fits.test(node)) {
      throw new IllegalArgumentException("field '" + field + "' is not " + what);
    }
    return node;
  }
}
