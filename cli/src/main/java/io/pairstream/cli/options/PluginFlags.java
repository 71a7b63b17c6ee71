package io.pairstream.cli.options;

import io.pairstream.augment.AugmentationCatalog;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where augmentations that are not built in come from.
@OptionGroup("Augmenting")
public final class PluginFlags {
  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      description =
          "A folder of jars with augmentations. Their code is run: give only a folder that you trust"
              + " (default: none).")
  private @Nullable Path plugins;

  /// The built-in augmentations and those of the folder.
  public AugmentationCatalog catalog() {
    return Usage.checked("--plugins", () -> AugmentationCatalog.load(Optional.ofNullable(plugins)));
  }
}
