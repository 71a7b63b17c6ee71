package io.pairstream.cli.recipe;

import io.pairstream.ops.ServiceException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads one recipe file. A line is empty, a comment (`# …`), `include NAME|FILE`, a section
/// (`[train]`) or an option of it as on the command line (`--learning-rate=0.01`, `--flip`).
///
/// What is included comes first, and the file's own options replace those of the same name.
final class RecipeReader {
  private static final Pattern OPTION = Pattern.compile("(--[a-z][a-z0-9-]*)(?:=(.*))?");
  private static final String INCLUDE = "include ";

  private final RecipeSource source;
  private final List<RecipeSource> open;
  private final List<String> head = new ArrayList<>();
  private final Map<RecipeSection, Map<String, Recipe.Setting>> settings =
      new EnumMap<>(RecipeSection.class);

  /// The file's own lines, to tell a repetition from a replacement of what was included.
  private final Map<RecipeSection, Map<String, Recipe.Setting>> own =
      new EnumMap<>(RecipeSection.class);

  private final List<String> comments = new ArrayList<>();
  private boolean atHead = true;
  private @Nullable RecipeSection section;

  private RecipeReader(RecipeSource source, List<RecipeSource> open) {
    this.source = source;
    this.open = open;
  }

  /// Reads a recipe and all that it includes.
  ///
  /// @throws ServiceException (2) naming file, line and what is wrong
  static Recipe read(RecipeSource source) {
    return read(source, List.of());
  }

  private static Recipe read(RecipeSource source, List<RecipeSource> including) {
    List<RecipeSource> open = new ArrayList<>(including);
    open.add(source);
    RecipeReader reader = new RecipeReader(source, open);
    List<String> lines = source.lines();
    for (int i = 0; i < lines.size(); i++) {
      reader.take(lines.get(i).strip(), source.place(i + 1));
    }
    return new Recipe(source.name(), reader.head, reader.settings);
  }

  private void take(String line, String place) {
    if (line.startsWith("#")) {
      (atHead ? head : comments).add(line.substring(1).strip());
      return;
    }
    atHead = false;
    if (line.isEmpty()) {
      comments.clear();
    } else if (line.startsWith(INCLUDE)) {
      include(line.substring(INCLUDE.length()).strip(), place);
    } else if (line.startsWith("[")) {
      section =
          RecipeSection.parse(line)
              .orElseThrow(
                  () -> wrong(place, "'%s' is not %s".formatted(line, RecipeSection.all())));
    } else {
      take(setting(line, place));
    }
  }

  private void include(String text, String place) {
    if (section != null) {
      throw wrong(place, "'include' stands before the sections");
    }
    Optional<RecipeSource> wanted = source.included(text);
    if (wanted.isEmpty()) {
      throw wrong(place, "there is no recipe '" + text + "' to include");
    }
    if (open.contains(wanted.get())) {
      throw wrong(place, "'" + text + "' includes itself");
    }
    read(wanted.get(), open)
        .sections()
        .forEach((of, included) ->
            settings.computeIfAbsent(of, _ -> new LinkedHashMap<>()).putAll(included));
  }

  private Recipe.Setting setting(String line, String place) {
    var matcher = OPTION.matcher(line);
    if (!matcher.matches()) {
      throw wrong(place, "'" + line + "' is no option, section, include or comment");
    }
    String value = matcher.group(2) == null ? "true" : matcher.group(2);
    Recipe.Setting setting = new Recipe.Setting(matcher.group(1), value, comments, place);
    comments.clear();
    return setting;
  }

  private void take(Recipe.Setting setting) {
    RecipeSection current = section;
    if (current == null) {
      throw wrong(setting.place(), setting.option() + " is in no section");
    }
    Recipe.Setting before =
        own.computeIfAbsent(current, _ -> new LinkedHashMap<>()).put(setting.option(), setting);
    if (before != null) {
      throw wrong(setting.place(), setting.option() + " is there twice");
    }
    settings.computeIfAbsent(current, _ -> new LinkedHashMap<>()).put(setting.option(), setting);
  }

  private static ServiceException wrong(String place, String what) {
    return ServiceException.usage(place + ": " + what);
  }
}
