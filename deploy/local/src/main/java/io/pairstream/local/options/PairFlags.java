package io.pairstream.local.options;

import io.pairstream.augmenter.augment.AugmentationCatalog;
import io.pairstream.clip.PairEncoding;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What becomes of a clip batch; fixed by the run. An augmenter that is given one of these refuses
/// a run that has another.
public final class PairFlags {
  public static final String DEFAULT_AUGMENTATION = "swapmix(beta=1)";
  public static final double DEFAULT_PROBABILITY = 1;
  public static final PairEncoding DEFAULT_ENCODING = PairEncoding.U8;

  @Option(
      names = "--augmentation",
      paramLabel = "TEXT",
      description =
          "How the augmented half is made (default: " + DEFAULT_AUGMENTATION + "); or identity.")
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

  /// The augmentation of a run in its canonical text: the same one must not have two names.
  public String declaredAugmentation() {
    return Usage.checked(
        () -> AugmentationCatalog.load().parse(augmentation().orElse(DEFAULT_AUGMENTATION)).text());
  }

  public Optional<Double> probability() {
    return Optional.ofNullable(probability);
  }

  public Optional<PairEncoding> encoding() {
    return Optional.ofNullable(encoding).map(text -> Usage.checked(() -> PairEncoding.parse(text)));
  }
}
