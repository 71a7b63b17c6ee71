package io.pairstream.cli.source;

import io.pairstream.ops.ServiceException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Options in YAML, with those of the files that it includes. A recipe is one, a file for
/// `--config` is one, and a run keeps its options in one.
///
/// @param name by which it was asked for
/// @param head the comment that the file begins with, a line each; the first one is its description
/// @param own options outside of the sections, which belong to the command that reads the file
/// @param sections options of several commands, by section; all in the order of the file
public record OptionFile(
    String name,
    List<String> head,
    Map<String, Setting> own,
    Map<OptionSection, Map<String, Setting>> sections) {

  public OptionFile {
    head = List.copyOf(head);
    own = Collections.unmodifiableMap(new LinkedHashMap<>(own));
    Map<OptionSection, Map<String, Setting>> copy = new EnumMap<>(OptionSection.class);
    sections.forEach((section, settings) ->
        copy.put(section, Collections.unmodifiableMap(new LinkedHashMap<>(settings))));
    sections = Collections.unmodifiableMap(copy);
  }

  /// What it is, in a line.
  public String description() {
    return head.isEmpty() ? "" : head.getFirst();
  }

  /// What a section says, by option; nothing where it is absent.
  public Map<String, Setting> settings(OptionSection section) {
    return sections.getOrDefault(section, Map.of());
  }

  /// What the file says to a command: its section, and before that what is outside of the sections.
  public Map<String, Setting> settings(String command) {
    Map<String, Setting> settings = new LinkedHashMap<>();
    OptionSection.of(command).ifPresent(section -> settings.putAll(settings(section)));
    settings.putAll(own);
    return settings;
  }

  /// Refuses an option of a section that none of its commands has.
  ///
  /// @param options what its commands have
  /// @param nearest a hint at the option that is most like another one
  /// @throws ServiceException (2) naming file, line and option
  public void requireKnown(
      OptionSection section, Set<String> options, UnaryOperator<String> nearest) {
    requireKnown(
        settings(section).values(),
        options,
        "no command of '%s' has".formatted(section.text()),
        nearest);
  }

  /// Refuses an option outside of the sections that a command does not have.
  ///
  /// @throws ServiceException (2) naming file, line and option
  public void requireKnown(String command, Set<String> options, UnaryOperator<String> nearest) {
    requireKnown(own.values(), options, "'%s' does not have".formatted(command), nearest);
  }

  private static void requireKnown(
      Collection<Setting> settings,
      Set<String> options,
      String problem,
      UnaryOperator<String> nearest) {
    for (Setting setting : settings) {
      if (!options.contains(setting.option())) {
        throw ServiceException.usage(
            "%s: %s an option '%s'%s"
                .formatted(
                    setting.place(),
                    problem,
                    setting.option().substring(OptionFileReader.DASHES.length()),
                    nearest.apply(setting.option())));
      }
    }
  }

  /// The whole as one file without includes.
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    head.forEach(text -> lines.add(comment(text)));
    if (!own.isEmpty()) {
      lines.add("");
      own.values().forEach(setting -> add(lines, "", setting));
    }
    sections.forEach((section, settings) -> {
      lines.add("");
      lines.add(section.text() + ":");
      settings.values().forEach(setting -> add(lines, "  ", setting));
    });
    return lines;
  }

  private static void add(List<String> lines, String indent, Setting setting) {
    setting.comments().forEach(text -> lines.add(indent + comment(text)));
    lines.add(indent + setting.line());
  }

  private static String comment(String text) {
    return text.isEmpty() ? "#" : "# " + text;
  }
}
