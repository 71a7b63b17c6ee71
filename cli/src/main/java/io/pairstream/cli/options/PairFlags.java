package io.pairstream.cli.options;

import io.pairstream.augment.AugmentationCatalog;
import io.pairstream.augment.AugmentationPlan;
import io.pairstream.clip.PairEncoding;
import io.pairstream.config.OptionException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What becomes of a clip batch; fixed by the run. An augmenter that is given one of these refuses
/// a run that has another.
@OptionGroup("Augmenting")
public final class PairFlags {
  public static final String DEFAULT_AUGMENTATION = "swapmix(beta=1)";
  public static final double DEFAULT_PROBABILITY = 1;
  public static final PairEncoding DEFAULT_ENCODING = PairEncoding.U8;

  @Option(
      names = "--augmentation",
      paramLabel = "TEXT",
      description =
          "How the augmented half is made, such as randaugment(n=4,m=7)+swapmix; before it what is"
              + " done to both halves, as in base:grayscale(p=0.2)|swapmix; cuda:FILE is a CUDA"
              + " source file (default: "
              + DEFAULT_AUGMENTATION
              + ").")
  private @Nullable String augmentation;

  @Option(
      names = "--mca-probability",
      paramLabel = "P",
      description =
          "The share of the batches that are augmented, 0 to 1 (default: "
              + DEFAULT_PROBABILITY
              + ").")
  private @Nullable Double probability;

  @Option(
      names = "--encoding",
      paramLabel = "WHAT",
      description =
          "What of the augmented half travels: u8, f16, or recipe (nothing: the trainer makes it;"
              + " default: u8).")
  private @Nullable String encoding;

  public Optional<String> augmentation() {
    return Optional.ofNullable(augmentation);
  }

  /// The augmentation of a run as it is declared: in its canonical text, because the same one must
  /// not have two names, with the digests of its plug-ins and CUDA source files.
  public String declaredAugmentation(AugmentationCatalog catalog) {
    return Usage.checked(
        "--augmentation", () -> catalog.declare(augmentation().orElse(DEFAULT_AUGMENTATION)));
  }

  /// What the augmentation of a run means.
  public AugmentationPlan plan(AugmentationCatalog catalog) {
    return Usage.checked(
        "--augmentation", () -> catalog.parse(augmentation().orElse(DEFAULT_AUGMENTATION)));
  }

  public Optional<Double> probability() {
    return Usage.checked(() -> {
      if (probability != null) {
        OptionException.requireShare("--mca-probability", probability);
      }
      return Optional.ofNullable(probability);
    });
  }

  public Optional<PairEncoding> encoding() {
    return Optional.ofNullable(encoding)
        .map(text -> Usage.checked("--encoding", () -> PairEncoding.parse(text)));
  }
}
