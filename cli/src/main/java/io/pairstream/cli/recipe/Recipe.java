package io.pairstream.cli.recipe;

import io.pairstream.ops.ServiceException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/// The options of an experiment, as its file and the files that it includes have them.
///
/// @param name by which it was asked for
/// @param head the comment that its file begins with, a line each; the first one is its description
/// @param sections settings by option, in the order of the file
public record Recipe(
    String name, List<String> head, Map<RecipeSection, Map<String, Setting>> sections) {

  /// An option with its value.
  ///
  /// @param option such as `--learning-rate`
  /// @param value `true` where only the option's name is there
  /// @param comments the lines above it that say why, without `#`
  /// @param place for messages: file and line
  public record Setting(String option, String value, List<String> comments, String place) {
    public Setting {
      comments = List.copyOf(comments);
    }

    private String line() {
      return value.equals("true") ? option : option + "=" + value;
    }
  }

  public Recipe {
    head = List.copyOf(head);
    Map<RecipeSection, Map<String, Setting>> copy = new EnumMap<>(RecipeSection.class);
    sections.forEach((section, settings) ->
        copy.put(section, Collections.unmodifiableMap(new LinkedHashMap<>(settings))));
    sections = Collections.unmodifiableMap(copy);
  }

  /// What it is, in a line.
  public String description() {
    return head.isEmpty() ? "" : head.getFirst();
  }

  /// What a section says, by option; nothing where it is absent.
  public Map<String, Setting> settings(RecipeSection section) {
    return sections.getOrDefault(section, Map.of());
  }

  /// Refuses an option that none of its section's commands has.
  ///
  /// @param known the options of each section's commands; a section that is absent here is not
  ///   looked at
  /// @throws ServiceException (2) naming file, line and option
  public void requireKnown(SortedMap<RecipeSection, Set<String>> known) {
    known.forEach((section, options) -> {
      for (Setting setting : settings(section).values()) {
        if (!options.contains(setting.option())) {
          throw ServiceException.usage(
              "%s: no command of %s has an option '%s'"
                  .formatted(setting.place(), section.text(), setting.option()));
        }
      }
    });
  }

  /// The whole recipe as one file without includes.
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    head.forEach(text -> lines.add(comment(text)));
    sections.forEach((section, settings) -> {
      lines.add("");
      lines.add(section.text());
      for (Setting setting : settings.values()) {
        setting.comments().forEach(text -> lines.add(comment(text)));
        lines.add(setting.line());
      }
    });
    return lines;
  }

  private static String comment(String text) {
    return text.isEmpty() ? "#" : "# " + text;
  }
}
