package io.pairstream.clip;

import java.util.List;

/// How the augmented half of a pair follows from its original half.
public sealed interface PairRecipe {
  /// The canonical text that the pair records as `augmentation`.
  String augmentation();

  /// The batch was left alone: there is no augmented half, an ordinary training step.
  record Identity() implements PairRecipe {
    @Override
    public String augmentation() {
      return "identity";
    }
  }

  /// SwapMix (MCA, ICLR 2024, section 3.2): `y_c = λ·n_c + (1−λ)·n_p[c]` on normalised values.
  ///
  /// @param augmentation canonical text
  /// @param mixWeight λ of each clip, [N], in [0,1]
  /// @param channelOrder p: output channel c takes input channel p[c]; a permutation of 0, 1, 2
  record SwapMix(String augmentation, List<Float> mixWeight, List<Integer> channelOrder)
      implements PairRecipe {
    public SwapMix {
      mixWeight = List.copyOf(mixWeight);
      channelOrder = List.copyOf(channelOrder);
      for (float weight : mixWeight) {
        if (!(weight >= 0 && weight <= 1)) {
          throw new IllegalArgumentException("mix weight " + weight + " is outside [0,1]");
        }
      }
      if (!channelOrder.stream().sorted().toList().equals(List.of(0, 1, 2))) {
        throw new IllegalArgumentException(
            "channel order " + channelOrder + " is no permutation of 0, 1, 2");
      }
    }
  }

  /// Any other augmentation: only its result travels.
  record Opaque(String augmentation) implements PairRecipe {}
}
