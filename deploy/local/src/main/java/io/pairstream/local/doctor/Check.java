package io.pairstream.local.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/// What the doctor found about one thing.
///
/// @param state whether it is there
/// @param what the thing
/// @param finding what was found; what is missing and how to get it
public record Check(State state, String what, String finding) {
  /// Whether a thing is there.
  public enum State {
    OK("ok"),
    /// Not there, and most work goes on without.
    ABSENT("absent"),
    /// Not there, and needed.
    MISSING("MISSING");

    private final String text;

    State(String text) {
      this.text = text;
    }
  }

  /// All findings for a program: `whole` and, under `checks`, `state` (`ok`, `absent`, `missing`),
  /// `what` and `finding` of each.
  ///
  /// @param whole whether nothing is missing that every run needs
  public static ObjectNode json(boolean whole, List<Check> found) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("command", "doctor");
    json.put("whole", whole);
    ArrayNode checks = json.putArray("checks");
    for (Check one : found) {
      checks
          .addObject()
          .put("state", one.state.name().toLowerCase(Locale.ROOT))
          .put("what", one.what)
          .put("finding", one.finding);
    }
    return json;
  }

  static Check ok(String what, String finding) {
    return new Check(State.OK, what, finding);
  }

  static Check absent(String what, String finding) {
    return new Check(State.ABSENT, what, finding);
  }

  static Check missing(String what, String finding) {
    return new Check(State.MISSING, what, finding);
  }

  /// For a person: state, thing, finding.
  public String line() {
    return "%-8s %-12s %s".formatted(state.text, what, finding);
  }
}
