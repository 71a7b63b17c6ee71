package io.pairstream.local.options;

import io.pairstream.augment.AugmentationCatalog;
import io.pairstream.augment.AugmentationPlan;
import io.pairstream.cli.options.OptionGroup;
import io.pairstream.cli.options.PairFlags;
import io.pairstream.cli.options.Usage;
import io.pairstream.ops.ServiceException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// A video to look at without a run.
@OptionGroup("Video")
public final class VideoFlags {
  @Option(
      names = "--video",
      paramLabel = "FILE",
      description = "Draw pairs of this video; needs neither a run nor a broker.")
  private @Nullable Path video;

  @Option(
      names = "--augmentation",
      paramLabel = "TEXT",
      description =
          "With --video: what makes the pairs (default: " + PairFlags.DEFAULT_AUGMENTATION + ").")
  private @Nullable String augmentation;

  @Option(
      names = "--all-augmentations",
      description = "With --video: a sheet with each known augmentation instead of pairs.")
  private boolean all;

  @Option(
      names = "--frames",
      paramLabel = "T",
      description = "With --video: how many frames, from all over it (default: 8; in a sheet 4).")
  private @Nullable Integer frames;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "With --video: seed of what is drawn (default: ${DEFAULT-VALUE}).")
  private long seed;

  /// The video, if one was given.
  ///
  /// @throws ServiceException (2) if something was given that needs one
  public Optional<Path> video() {
    if (video == null && (augmentation != null || all || frames != null)) {
      throw ServiceException.usage(
          "--augmentation, --all-augmentations and --frames need --video FILE");
    }
    if (all && augmentation != null) {
      throw ServiceException.usage("either --augmentation or --all-augmentations, and not both");
    }
    return Optional.ofNullable(video);
  }

  public AugmentationPlan plan(AugmentationCatalog catalog) {
    String text = augmentation == null ? PairFlags.DEFAULT_AUGMENTATION : augmentation;
    return Usage.checked(() -> catalog.parse(text));
  }

  public boolean all() {
    return all;
  }

  public int frames() {
    int wanted = frames == null ? (all ? 4 : 8) : frames;
    if (wanted < 1 || wanted > 64) {
      throw ServiceException.usage("--frames " + wanted + " is not from 1 to 64");
    }
    return wanted;
  }

  public long seed() {
    return seed;
  }
}
