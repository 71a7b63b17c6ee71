package io.pairstream.producer.dataset;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The parts of a dataset, by the names that people give their folders: `train`, `Train`,
/// `train_256`, `videos_val`, `rawframes_test`.
enum SplitName {
  TRAINING("train", "training", "trainset"),
  VALIDATION("val", "valid", "validation", "validate", "dev", "valset"),
  TEST("test", "testing", "testset");

  /// Words that may stand beside, and say nothing about the part.
  private static final Set<String> BESIDE =
      Set.of(
          "video",
          "videos",
          "clip",
          "clips",
          "rawframes",
          "frames",
          "frame",
          "rgb",
          "images",
          "img",
          "jpg",
          "data",
          "dataset",
          "set",
          "split",
          "full",
          "small",
          "resized",
          "short");

  private final List<String> words;

  SplitName(String... words) {
    this.words = List.of(words);
  }

  /// The part that a folder's name says, if that is all it says.
  static Optional<SplitName> of(String folder) {
    Set<String> words =
        new HashSet<>(Arrays.asList(folder.toLowerCase(Locale.ROOT).split("[^a-z0-9]+")));
    words.removeIf(word -> word.isEmpty() || word.matches("[0-9]+p?") || BESIDE.contains(word));
    return words.size() == 1
        ? Arrays.stream(values())
            .filter(split -> split.words.contains(words.iterator().next()))
            .findFirst()
        : Optional.empty();
  }
}
