package io.pairstream.local.options;

import io.pairstream.cli.options.ArgumentList;
import io.pairstream.cli.options.OptionGroup;
import io.pairstream.cli.options.Usage;
import io.pairstream.config.OptionException;
import io.pairstream.ops.ServiceException;
import io.pairstream.run.Instance;
import io.pairstream.run.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/// Which instances of the services a run has.
@OptionGroup("Processes")
public final class InstanceFlags {
  @Option(
      names = "--augmenters",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Augmenters that share the run's partitions, a process each (default: ${DEFAULT-VALUE}).")
  private int augmenters;

  @Option(
      names = "--trainer",
      paramLabel = "NAME[:OPTIONS]",
      split = ";",
      description =
          "A trainer of its own on the same stream; repeatable, or several with semicolons. OPTIONS are those of 'train' for it"
              + " alone, and come before the run's: --trainer mca --trainer 'baseline:--baseline'"
              + " (default: one trainer, "
              + Instance.MAIN
              + ").")
  private List<String> trainers = new ArrayList<>();

  /// A trainer.
  ///
  /// @param own its own options of `train`
  public record Trainer(Instance instance, ArgumentList own) {}

  /// The augmenters, by index.
  ///
  /// @throws ServiceException (2) if there is none
  public List<Instance> augmenters() {
    Usage.atLeast("--augmenters", augmenters, 1);
    return IntStream.range(0, augmenters)
        .mapToObj(i -> new Instance(Role.AUGMENTER, Instance.MAIN, i))
        .toList();
  }

  /// The trainers, in the order in which they were named.
  ///
  /// @throws ServiceException (2) if one cannot be understood or two have one name
  public List<Trainer> trainers() {
    if (trainers.isEmpty()) {
      return List.of(new Trainer(Instance.main(Role.TRAINER), new ArgumentList()));
    }
    Set<String> names = new HashSet<>();
    List<Trainer> parsed = new ArrayList<>();
    for (String text : trainers) {
      int colon = text.indexOf(':');
      String name = colon < 0 ? text : text.substring(0, colon);
      if (!names.add(name)) {
        throw refused(name + " is there twice");
      }
      parsed.add(new Trainer(instance(text, name), words(text, colon)));
    }
    return List.copyOf(parsed);
  }

  private static Instance instance(String text, String name) {
    try {
      return new Instance(Role.TRAINER, name, 0);
    } catch (IllegalArgumentException e) {
      throw refused("'" + text + "': " + e.getMessage());
    }
  }

  private static ArgumentList words(String text, int colon) {
    if (colon < 0) {
      return new ArgumentList();
    }
    List<String> words =
        List.of(text.substring(colon + 1).strip().split("\\s+")).stream()
            .filter(word -> !word.isEmpty())
            .toList();
    for (String word : words) {
      if (!word.matches("--[a-z][a-z0-9-]*(=.*)?")) {
        throw refused("'%s': '%s' is no --OPTION or --OPTION=VALUE".formatted(text, word));
      }
    }
    return ArgumentList.parse(words);
  }

  private static ServiceException refused(String problem) {
    OptionException cause = new OptionException("--trainer", problem);
    return ServiceException.usage(String.valueOf(cause.getMessage()), cause);
  }
}
