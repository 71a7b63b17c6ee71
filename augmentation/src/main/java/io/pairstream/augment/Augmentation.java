package io.pairstream.augment;

import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.PairRecipe;

/// One way to change a batch of clips: to make the augmented half of a pair or, as part of the
/// base, both halves (see [AugmentationPlan]); an augmentation need not know which.
///
/// Most treat each clip for itself and are a [ClipAugmentation], which is simpler.
///
/// To add one, write a class with a public constructor without arguments and name it in
/// `META-INF/services/io.pairstream.augment.Augmentation`. Instances are immutable and used by
/// several threads.
public interface Augmentation {
  /// The name that stands in texts, `[a-z][a-z0-9-]*`.
  String name();

  /// The same augmentation with these parameters.
  ///
  /// @throws IllegalArgumentException if a value is out of range: see [Parameters], which says so
  ///   with the position
  Augmentation with(Parameters parameters);

  /// The canonical text, which [AugmentationCatalog#parse] reads and the pair records:
  /// `swapmix(beta=1)`.
  String text();

  /// Whether it writes pixels. One that does not only draws: it says with a [PairRecipe.SwapMix] or
  /// [PairRecipe.Identity] how the augmented half follows, whatever the clips show, and never
  /// returns [PairRecipe.Opaque]. Behind a recipe alone no augmented half need travel, and clips
  /// may be cropped after it was drawn.
  default boolean needsPixels() {
    return true;
  }

  /// Augments a batch: a function of the clips and the draws and of nothing else, since a restarted
  /// augmenter makes the same batch again.
  ///
  /// An augmentation that says with a [PairRecipe.SwapMix] or [PairRecipe.Identity] how the
  /// augmented half follows leaves the result alone: the augmenter or the trainer makes it. Any
  /// other writes its pixels into the result, all of them, and returns [PairRecipe.Opaque] with its
  /// text.
  ///
  /// @param clips the batch; must not be changed
  /// @param draws its own source of random numbers, another one at each place of a chain
  /// @param result a place for the augmented pixels
  /// @throws RuntimeException if these clips cannot be augmented, whenever it is tried: the batch
  ///   is skipped. What another try may do (memory, a device) must be an [Error] or a
  ///   [io.pairstream.ops.ServiceException], which ends the process.
  PairRecipe augment(ClipBatch clips, BatchDraws draws, AugmentedPixels result);
}
