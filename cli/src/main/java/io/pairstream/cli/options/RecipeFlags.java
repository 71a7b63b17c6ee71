package io.pairstream.cli.options;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Whose options are taken where neither the command line nor the environment gives one.
@OptionGroup("Recipe")
public final class RecipeFlags {
  /// Says that there is none, where the environment names one.
  public static final String NONE = "none";

  public static final String OPTION = "--recipe";

  @Option(
      names = OPTION,
      paramLabel = "NAME|FILE",
      description =
          "Take the options of an experiment, but those given here or in the environment: a name"
              + " that 'pairstream recipe list' shows, a file in the same form, or "
              + NONE
              + " (default: "
              + NONE
              + ").")
  private @Nullable String recipe;

  public Optional<String> recipe() {
    return Optional.ofNullable(recipe).filter(text -> !text.equals(NONE));
  }
}
