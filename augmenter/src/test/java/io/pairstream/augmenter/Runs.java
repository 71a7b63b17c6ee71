package io.pairstream.augmenter;

import io.pairstream.augment.AugmentationCatalog;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairEncoding;
import io.pairstream.run.RunSpec;
import java.util.List;

/// Small runs for tests: batches of 2 clips [2,3,4,5,3], 5 batches an epoch, 2 epochs.
final class Runs {
  private Runs() {}

  static RunSpec spec(String augmentation, PairEncoding encoding, int partitions) {
    return spec(augmentation, encoding, partitions, "crop");
  }

  static RunSpec spec(String augmentation, PairEncoding encoding, int partitions, String crop) {
    RunSpec.Content content =
        new RunSpec.Content(
            5,
            "digest",
            3,
            4,
            5,
            "segments",
            crop,
            2,
            10,
            partitions,
            Normalization.IMAGENET,
            augmentation,
            1,
            encoding,
            List.of("a", "b"),
            List.of());
    return new RunSpec(content, 2, List.of("trainer"), 1 << 20);
  }

  static PairMaker.Settings settings(RunSpec spec) {
    RunSpec.Content content = spec.content();
    return new PairMaker.Settings(
        content.seed(),
        AugmentationCatalog.load().parse(content.augmentation()),
        content.augmentProbability(),
        content.encoding(),
        content.normalization(),
        "9");
  }
}
