package io.pairstream.augment;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Augmentations one after the other, each on what the one before it made:
/// `grayscale(p=1)+swapmix(beta=1)`.
public record Chain(List<Step> steps) {
  public Chain {
    steps = List.copyOf(steps);
  }

  /// Nothing is done.
  public static Chain none() {
    return new Chain(List.of());
  }

  /// An augmentation with the draws of its place.
  public record Placed(Augmentation augmentation, BatchDraws draws) {}

  /// Canonical text; `identity` if nothing is done.
  public String text() {
    return steps.isEmpty()
        ? "identity"
        : steps.stream().map(Step::text).collect(Collectors.joining("+"));
  }

  /// Everything that may be done, in the order of the text.
  Stream<Augmentation> all() {
    return steps.stream().flatMap(Step::all);
  }

  /// Whether its result follows from the clips and a recipe: of two steps the second one changes
  /// what the first one made.
  boolean isRecipe() {
    return steps.size() <= 1 && steps.stream().allMatch(Step::isRecipe);
  }

  /// The same with another augmentation at each place.
  Chain map(UnaryOperator<Augmentation> change) {
    return new Chain(steps.stream().map(step -> step.map(change)).toList());
  }

  /// What is done to one batch, its choices drawn.
  public List<Placed> of(BatchDraws draws) {
    List<Placed> placed = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      BatchDraws here = i == 0 ? draws : draws.at(Integer.toString(i));
      switch (steps.get(i)) {
        case Step.One one -> placed.add(new Placed(one.augmentation(), here));
        case Step.Choice choice ->
            placed.addAll(choice.draw(here.whole("choice")).of(here.at("choice")));
      }
    }
    return placed;
  }
}
