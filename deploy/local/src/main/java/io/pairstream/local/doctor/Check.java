package io.pairstream.local.doctor;

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
