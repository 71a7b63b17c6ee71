package io.pairstream.producer.dataset;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Classes that a mirror turns into each other, as far as their names tell: a clip of one that is
/// mirrored shows the other, under the wrong label.
public final class MirroredClasses {
  private static final Map<String, List<String>> OPPOSITES =
      Map.of(
          "left", List.of("right"),
          "right", List.of("left"),
          "clockwise", List.of("counterclockwise", "anticlockwise", "counter-clockwise"),
          "counterclockwise", List.of("clockwise"),
          "counter-clockwise", List.of("clockwise"),
          "anticlockwise", List.of("clockwise"));

  private static final Pattern WORD =
      Pattern.compile("(?<![a-z])(left|right|counter-?clockwise|anticlockwise|clockwise)(?![a-z])");

  private MirroredClasses() {}

  /// Two classes that are each other's mirror image.
  public record Couple(String one, String other) {
    @Override
    public String toString() {
      return "'" + one + "' and '" + other + "'";
    }
  }

  /// The couples among some names, each once, in the order of the names.
  public static List<Couple> of(List<String> names) {
    Map<String, String> byLowerCase = new HashMap<>();
    names.forEach(name -> byLowerCase.put(name.toLowerCase(Locale.ROOT), name));
    List<Couple> couples = new ArrayList<>();
    for (String name : names) {
      for (String mirrored : mirrored(name.toLowerCase(Locale.ROOT))) {
        String other = byLowerCase.get(mirrored);
        if (other != null
            && names.indexOf(name) < names.indexOf(other)
            && !couples.contains(new Couple(name, other))) {
          couples.add(new Couple(name, other));
        }
      }
    }
    return List.copyOf(couples);
  }

  /// What a name may be in a mirror: each word of direction in it turned round.
  private static List<String> mirrored(String name) {
    List<String> mirrored = new ArrayList<>(List.of(""));
    Matcher words = WORD.matcher(name);
    int end = 0;
    while (words.find()) {
      String before = name.substring(end, words.start());
      List<String> longer = new ArrayList<>();
      for (String begun : mirrored) {
        for (String opposite : OPPOSITES.getOrDefault(words.group(1), List.of())) {
          longer.add(begun + before + opposite);
        }
      }
      mirrored = longer;
      end = words.end();
    }
    String rest = name.substring(end);
    return end == 0 ? List.of() : mirrored.stream().map(begun -> begun + rest).toList();
  }
}
