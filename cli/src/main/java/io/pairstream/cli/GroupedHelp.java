package io.pairstream.cli;

import io.pairstream.cli.options.OptionGroup;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/// Lists a command's options in groups: its own first, then those that it shares with others under
/// their headings, then those of every command.
public final class GroupedHelp {
  static final String OWN = "Options";
  static final String COMMON = "Every command";

  private GroupedHelp() {}

  /// Lets a command line and all below it list its options so.
  static void install(CommandLine line) {
    // Forty options in the first line say nothing; those that are required have a star below.
    line.getCommandSpec().usageMessage().abbreviateSynopsis(true).requiredOptionMarker('*');
    line.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, GroupedHelp::render);
    line.getSubcommands().values().forEach(GroupedHelp::install);
  }

  private static String render(Help help) {
    List<OptionSpec> all =
        help.commandSpec().options().stream().filter(option -> !option.hidden()).toList();
    StringBuilder text = new StringBuilder();
    groups(all)
        .forEach((heading, options) -> {
          Help.Layout layout = help.createDefaultLayout(all, List.of(), help.colorScheme());
          options.sort(help.createDefaultOptionSort());
          layout.addAllOptions(options, help.createDefaultParamLabelRenderer());
          text.append(String.format("%n%s:%n%s", heading, layout));
        });
    return text.toString();
  }

  /// Options by heading.
  static Map<String, List<OptionSpec>> groups(List<OptionSpec> options) {
    Map<String, List<OptionSpec>> groups = new LinkedHashMap<>();
    groups.put(OWN, new ArrayList<>());
    List<OptionSpec> common = new ArrayList<>();
    for (OptionSpec option : options) {
      if (option.inherited() || option.usageHelp() || option.versionHelp()) {
        common.add(option);
      } else {
        groups.computeIfAbsent(heading(option), _ -> new ArrayList<>()).add(option);
      }
    }
    groups.put(COMMON, common);
    groups.values().removeIf(List::isEmpty);
    return groups;
  }

  private static String heading(OptionSpec option) {
    OptionGroup group =
        option.userObject() instanceof Field field
            ? field.getDeclaringClass().getAnnotation(OptionGroup.class)
            : null;
    return group == null ? OWN : group.value();
  }
}
