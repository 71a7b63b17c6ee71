package io.pairstream.augment;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads the text of an augmentation from left to right; spaces between its parts do not count.
///
///     plan      = [ "base:" chain "|" ] chain
///     chain     = step { "+" step }
///     step      = choice | one
///     choice    = "choice" "(" [ weight "*" ] chain { "," [ weight "*" ] chain } ")"
///     one       = ( name | "cuda:" file ) [ "(" [ parameter { "," parameter } ] ")" ]
///     parameter = name "=" value
///
/// A file's name with a space or one of `( ) , + |` stands in double quotes.
final class AugmentationReader {
  static final String CHOICE = "choice";
  static final String BASE = "base";
  static final String CUDA = "cuda";

  /// Deeper than anybody nests choices, and far from the end of the stack.
  private static final int MAX_DEPTH = 16;

  private final SortedMap<String, Augmentation> known;
  private final KernelSources sources;
  private final String text;
  private int at;
  private int depth;

  /// @param known augmentations by name
  /// @param sources where CUDA source files are found
  AugmentationReader(SortedMap<String, Augmentation> known, KernelSources sources, String text) {
    this.known = known;
    this.sources = sources;
    this.text = text;
  }

  AugmentationPlan read() {
    Chain base = Chain.none();
    if (startsWith(BASE + ":")) {
      at += BASE.length() + 1;
      base = chain();
      expect('|');
    }
    Chain pair = chain();
    skipSpaces();
    if (at < text.length()) {
      throw wrong(at, "'" + text.substring(at) + "' is too much");
    }
    return new AugmentationPlan(base, pair);
  }

  private Chain chain() {
    List<Step> steps = new ArrayList<>();
    do {
      Step step = step();
      // Doing nothing is no step, so that a chain has one text.
      if (!(step instanceof Step.One one && one.augmentation() instanceof Identity)) {
        steps.add(step);
      }
    } while (accept('+'));
    return new Chain(steps);
  }

  private Step step() {
    skipSpaces();
    int start = at;
    String name = word("the name of an augmentation");
    if (name.equals(CHOICE)) {
      return choice();
    }
    if (name.equals(CUDA) && accept(':')) {
      return new Step.One(kernel());
    }
    Augmentation augmentation =
        Optional.ofNullable(known.get(name))
            .orElseThrow(() -> wrong(start, "'" + name + "' is unknown; known: " + names()));
    return new Step.One(augmentation.with(parameters()));
  }

  /// An augmentation in a CUDA source file.
  private KernelAugmentation kernel() {
    skipSpaces();
    int start = at;
    String file = accept('"') ? quoted() : bare();
    Parameters parameters = parameters();
    KernelSource source;
    try {
      source = sources.find(file, parameters.given(KernelSource.SHA256));
    } catch (IllegalArgumentException e) {
      throw wrong(start, e.getMessage(), e);
    }
    return new KernelAugmentation(source).with(parameters);
  }

  private String quoted() {
    int start = at;
    at = text.indexOf('"', start);
    if (at <= start) {
      int end = at;
      at = start;
      throw wrong(start, end < 0 ? "the closing '\"' is missing" : "the file's name is missing");
    }
    at++;
    return text.substring(start, at - 1);
  }

  private String bare() {
    int start = at;
    while (at < text.length() && " \"(),+|".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    if (at == start) {
      throw wrong(start, "the file's name is missing");
    }
    return text.substring(start, at);
  }

  private Parameters parameters() {
    SortedMap<String, Parameters.Value> values = new TreeMap<>();
    if (accept('(') && !accept(')')) {
      do {
        parameter(values);
      } while (accept(','));
      expect(')');
    }
    return new Parameters(text, values);
  }

  private Step choice() {
    if (++depth > MAX_DEPTH) {
      throw wrong(at, "choices are nested more than " + MAX_DEPTH + " deep");
    }
    List<Step.Choice.Weighted> alternatives = new ArrayList<>();
    expect('(');
    do {
      double weight = weight();
      alternatives.add(new Step.Choice.Weighted(weight, chain()));
    } while (accept(','));
    expect(')');
    depth--;
    return new Step.Choice(alternatives);
  }

  /// The weight before an alternative; 1 where there is none.
  private double weight() {
    skipSpaces();
    if (at < text.length() && isNameStart(text.charAt(at))) {
      return 1;
    }
    int start = at;
    while (at < text.length() && "*,()|".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String number = text.substring(start, at).strip();
    if (number.isEmpty()) {
      throw wrong(start, "a weight or the name of an augmentation is missing");
    }
    try {
      double weight = Double.parseDouble(number);
      if (weight > 0 && Double.isFinite(weight)) {
        expect('*');
        return weight;
      }
    } catch (NumberFormatException e) {
      throw wrong(start, "weight '" + number + "' is not a number above 0");
    }
    throw wrong(start, "weight '" + number + "' is not a number above 0");
  }

  private void parameter(SortedMap<String, Parameters.Value> values) {
    skipSpaces();
    int nameStart = at;
    String name = word("the name of a parameter");
    expect('=');
    skipSpaces();
    int start = at;
    while (at < text.length() && text.charAt(at) != ',' && text.charAt(at) != ')') {
      at++;
    }
    Parameters.Value value =
        new Parameters.Value(text.substring(start, at).strip(), nameStart + 1, start + 1);
    if (values.putIfAbsent(name, value) != null) {
      throw wrong(nameStart, "'" + name + "' is given twice");
    }
  }

  private String word(String what) {
    skipSpaces();
    int start = at;
    while (at < text.length() && isWordCharacter(text.charAt(at))) {
      at++;
    }
    if (at == start) {
      throw wrong(at, what + " is missing");
    }
    return text.substring(start, at);
  }

  private static boolean isNameStart(char c) {
    return c >= 'a' && c <= 'z';
  }

  private static boolean isWordCharacter(char c) {
    return isNameStart(c) || c >= '0' && c <= '9' || c == '-';
  }

  private boolean startsWith(String word) {
    skipSpaces();
    return text.startsWith(word, at);
  }

  private void skipSpaces() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }

  private boolean accept(char c) {
    skipSpaces();
    boolean there = at < text.length() && text.charAt(at) == c;
    at += there ? 1 : 0;
    return there;
  }

  private void expect(char c) {
    if (!accept(c)) {
      throw wrong(at, "'" + c + "' is missing");
    }
  }

  private IllegalArgumentException wrong(int index, String what) {
    return wrong(index, what, null);
  }

  private IllegalArgumentException wrong(
      int index, @Nullable String what, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "augmentation '" + text + "', position " + (index + 1) + ": " + what, cause);
  }

  private String names() {
    return String.join(", ", known.keySet());
  }
}
