package io.pairstream.augment;

import io.pairstream.clip.CounterRandom;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A link of a [Chain].
public sealed interface Step {
  /// Canonical text.
  String text();

  /// Everything that may be done, in the order of the text.
  Stream<Augmentation> all();

  /// Whether what it comes to is a recipe and nothing else: see [Augmentation#needsPixels].
  boolean isRecipe();

  /// The same with another augmentation at each place.
  Step map(UnaryOperator<Augmentation> change);

  /// An augmentation.
  record One(Augmentation augmentation) implements Step {
    @Override
    public String text() {
      return augmentation.text();
    }

    @Override
    public Stream<Augmentation> all() {
      return Stream.of(augmentation);
    }

    @Override
    public boolean isRecipe() {
      return !augmentation.needsPixels();
    }

    @Override
    public Step map(UnaryOperator<Augmentation> change) {
      return new One(change.apply(augmentation));
    }
  }

  /// One of several chains, drawn for each batch: `choice(0.7*swapmix(beta=1),0.3*identity)`.
  record Choice(List<Weighted> alternatives) implements Step {
    /// An alternative.
    ///
    /// @param weight its share is the weight over the sum of all
    public record Weighted(double weight, Chain chain) {
      public Weighted {
        if (!(weight > 0 && Double.isFinite(weight))) {
          throw new IllegalArgumentException("weight " + weight + " is not above 0");
        }
      }
    }

    public Choice {
      alternatives = List.copyOf(alternatives);
      if (alternatives.isEmpty()) {
        throw new IllegalArgumentException("a choice of nothing");
      }
    }

    @Override
    public String text() {
      return alternatives.stream()
          .map(one -> Parameters.canonical(one.weight()) + "*" + one.chain().text())
          .collect(Collectors.joining(",", "choice(", ")"));
    }

    @Override
    public Stream<Augmentation> all() {
      return alternatives.stream().flatMap(one -> one.chain().all());
    }

    @Override
    public boolean isRecipe() {
      return alternatives.stream().allMatch(one -> one.chain().isRecipe());
    }

    @Override
    public Step map(UnaryOperator<Augmentation> change) {
      return new Choice(
          alternatives.stream()
              .map(one -> new Weighted(one.weight(), one.chain().map(change)))
              .toList());
    }

    Chain draw(CounterRandom random) {
      double total = alternatives.stream().mapToDouble(Weighted::weight).sum();
      double left = random.nextDouble() * total;
      for (Weighted one : alternatives) {
        left -= one.weight();
        if (left < 0) {
          return one.chain();
        }
      }
      // Rounding alone leads here.
      return alternatives.getLast().chain();
    }
  }
}
