package io.pairstream.augmenter;

import io.pairstream.augmenter.augment.Augmentation;
import io.pairstream.augmenter.augment.AugmentedPixels;
import io.pairstream.augmenter.augment.BatchDraws;
import io.pairstream.augmenter.kernel.MixWeights;
import io.pairstream.augmenter.kernel.SwapMixKernel;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.DType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.PairEncoding;
import io.pairstream.clip.Recipe;
import io.pairstream.clip.Tensor;
import io.pairstream.ops.ServiceException;
import java.util.Optional;

/// Makes a pair batch of a clip batch: first what is drawn, then what is computed. The same clips
/// give the same bytes, in any process and on any thread.
///
/// Belongs to one thread, as its kernel does.
public final class PairMaker {
  private final Settings settings;
  private final SwapMixKernel kernel;

  /// What a run fixes.
  ///
  /// @param seed of the run
  /// @param augmentation what is done to a batch
  /// @param probability the share of the batches to which it is done, in [0,1]
  /// @param encoding what of the augmented half travels
  /// @param normalization mean and std
  /// @param version of the augmenter, for people
  public record Settings(
      long seed,
      Augmentation augmentation,
      double probability,
      PairEncoding encoding,
      Normalization normalization,
      String version) {
    public Settings {
      if (!(probability >= 0 && probability <= 1)) {
        throw new IllegalArgumentException("probability " + probability + " is outside [0,1]");
      }
    }
  }

  /// @throws IllegalArgumentException if no weights can be made of the run's mean and std
  public PairMaker(Settings settings, SwapMixKernel kernel) {
    MixWeights.requireFoldable(settings.normalization());
    this.settings = settings;
    this.kernel = kernel;
  }

  /// The pair of a batch; its original half is the clips' frames, not a copy.
  ///
  /// @throws RefusedBatchException if the augmentation cannot do this batch, ever
  public PairBatch make(ClipBatch clips) throws RefusedBatchException {
    AugmentedPixels result = new AugmentedPixels(clips);
    Recipe recipe = draw(clips, result);
    Optional<Tensor> augmented =
        switch (recipe) {
          case Recipe.Identity _ -> Optional.empty();
          case Recipe.SwapMix mix ->
              switch (settings.encoding()) {
                case U8 -> Optional.of(mixed(clips, mix, DType.U8));
                case F16 -> Optional.of(mixed(clips, mix, DType.F16));
                case RECIPE -> Optional.empty();
              };
          case Recipe.Opaque _ ->
              switch (settings.encoding()) {
                // Without its pixels such a batch could not be made by the trainer.
                case U8, RECIPE -> result.written();
                case F16 -> result.written().map(this::normalised);
              };
        };
    return new PairBatch(
        clips.id(),
        clips.frames(),
        augmented,
        recipe,
        clips.label(),
        settings.normalization(),
        clips.clipIds(),
        new PairBatch.Lineage(clips.lineage(), settings.version()));
  }

  private Recipe draw(ClipBatch clips, AugmentedPixels result) throws RefusedBatchException {
    BatchDraws draws = new BatchDraws(settings.seed(), clips.id());
    if (draws.whole("augment").nextDouble() >= settings.probability()) {
      return new Recipe.Identity();
    }
    String text = settings.augmentation().text();
    Recipe recipe;
    try {
      recipe = settings.augmentation().augment(clips, draws, result);
    } catch (ServiceException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new RefusedBatchException(text + " refuses batch " + clips.id() + ": " + e, e);
    }
    if (recipe instanceof Recipe.Opaque && result.written().isEmpty()) {
      throw new RefusedBatchException(text + " made nothing of batch " + clips.id());
    }
    if (recipe instanceof Recipe.SwapMix mix && mix.mixWeight().size() != clips.clips()) {
      throw new RefusedBatchException(
          text + " drew " + mix.mixWeight().size() + " weights for " + clips.clips() + " clips");
    }
    return recipe;
  }

  /// The SwapMix of a batch, as pixels or as normalised halves.
  private Tensor mixed(ClipBatch clips, Recipe.SwapMix mix, DType output) {
    Tensor augmented = Tensor.zeros(output, clips.frames().shape());
    kernel.mix(clips.frames(), MixWeights.fold(mix, settings.normalization(), output), augmented);
    return augmented;
  }

  /// Pixels that a plug-in made, as normalised halves.
  private Tensor normalised(Tensor pixels) {
    Tensor augmented = Tensor.zeros(DType.F16, pixels.shape());
    int clips = (int) pixels.shape().dim(0);
    kernel.mix(pixels, MixWeights.normalise(clips, settings.normalization()), augmented);
    return augmented;
  }
}
