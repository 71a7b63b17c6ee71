package io.pairstream.cli.source;

import io.pairstream.ops.ServiceException;
import java.nio.file.Path;
import java.util.List;

/// The recipes that come with the program, and files in the same form.
public final class Recipes {
  /// The experiments of the authors, those without a published script last.
  public static final List<String> NAMES =
      List.of(
          "tsm-sthv1",
          "tsm-sthv1-mca",
          "tsm-sthv2",
          "tsm-sthv2-mca",
          "tsm-k400",
          "tsm-k400-mca",
          "slowfast-sthv1",
          "slowfast-sthv1-mca",
          "uniformer-sthv1",
          "uniformer-sthv1-mca",
          "tsm-hmdb51",
          "tsm-hmdb51-mca",
          "tsm-ucf101",
          "tsm-ucf101-mca",
          "tsm-sthv1-randaugment-va",
          "tsm-sthv1-augmix-va");

  private Recipes() {}

  /// Reads a recipe.
  ///
  /// @param text one of [#NAMES], or a file: what has a `/` in it or ends with `.yaml`
  /// @throws ServiceException (2) with one sentence if there is none, or if it is not in order
  public static OptionFile read(String text) {
    if (OptionFileSource.isFile(text)) {
      return OptionFileReader.read(new OptionFileSource.OwnFile(Path.of(text)));
    }
    if (!NAMES.contains(text)) {
      throw ServiceException.usage(
          "unknown recipe '%s': there are %s, and files, which have a '/' in their name or end with .yaml"
              .formatted(text, String.join(", ", NAMES)));
    }
    return OptionFileReader.read(new OptionFileSource.Shipped(text));
  }
}
