package io.pairstream.augmenter;

import io.pairstream.augment.AugmentationPlan;
import io.pairstream.augment.AugmentedPixels;
import io.pairstream.augment.BatchDraws;
import io.pairstream.augment.Chain;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.DType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.PairEncoding;
import io.pairstream.clip.PairOutline;
import io.pairstream.clip.PairRecipe;
import io.pairstream.clip.Tensor;
import io.pairstream.kernel.MixWeights;
import io.pairstream.kernel.SwapMixKernel;
import io.pairstream.ops.ServiceException;
import io.pairstream.wire.PairBatchSerde;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

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
  /// @param probability the share of the batches whose augmented half is made, in [0,1]
  /// @param encoding what of the augmented half travels
  /// @param normalization mean and std
  /// @param version of the augmenter, for people
  public record Settings(
      long seed,
      AugmentationPlan augmentation,
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

  /// The pair of a batch; without base operations its original half is the clips' frames, not a
  /// copy.
  ///
  /// @throws RefusedBatchException if an augmentation cannot do this batch, ever
  public PairBatch make(ClipBatch clips) throws RefusedBatchException {
    Planned planned = plan(clips);
    Optional<Tensor> augmented =
        planned
            .half()
            .map(half -> {
              if (half.weights().isEmpty()) {
                return half.frames();
              }
              Tensor place = Tensor.zeros(half.type(), planned.outline().shape());
              write(half, place);
              return place;
            });
    return planned.outline().with(planned.original(), augmented);
  }

  /// The same pair as the value of its record, in which the augmented half is made in its place.
  ///
  /// @throws RefusedBatchException if an augmentation cannot do this batch, ever, or no record can
  ///   hold the pair
  public byte[] record(ClipBatch clips) throws RefusedBatchException {
    return record(plan(clips));
  }

  /// What is drawn for a batch and all that is done to it before the last kernel call.
  Planned plan(ClipBatch clips) throws RefusedBatchException {
    BatchDraws draws = new BatchDraws(settings.seed(), clips.id());
    AugmentationPlan plan = settings.augmentation();
    List<Chain.Placed> base = plan.base().of(draws.at("base"));
    Made both = settled(apply(base, Made.untouched(clips)));
    boolean augment = draws.whole("augment").nextDouble() < settings.probability();
    List<Chain.Placed> pair = augment ? plan.pair().of(draws) : List.of();
    Made made = apply(pair, Made.untouched(both.clips()));
    Optional<Half> half = half(made);
    PairOutline outline =
        new PairOutline(
            clips.id(),
            clips.frames().shape(),
            half.map(Half::type),
            made.recipe(text(pair)),
            clips.label(),
            settings.normalization(),
            clips.clipIds(),
            new PairBatch.Lineage(
                clips.lineage(),
                settings.version(),
                both.changed() ? Optional.of(text(base)) : Optional.empty()));
    return new Planned(outline, both.clips().frames(), half);
  }

  byte[] record(Planned planned) throws RefusedBatchException {
    PairBatchSerde.Draft draft;
    try {
      draft = PairBatchSerde.draft(planned.outline());
    } catch (IllegalArgumentException e) {
      throw new RefusedBatchException("its pair cannot be written: " + e.getMessage(), e);
    }
    planned.half().ifPresent(half -> write(half, draft.augmented().orElseThrow()));
    draft.original().data().copyFrom(planned.original().data());
    return draft.value();
  }

  /// A pair whose augmented half is still to be written.
  ///
  /// @param half what travels of it
  record Planned(PairOutline outline, Tensor original, Optional<Half> half) {}

  /// What becomes the augmented half.
  ///
  /// @param frames its pixels, or what it is mixed of
  /// @param weights how, if it is
  record Half(Tensor frames, Optional<MixWeights> weights) {
    DType type() {
      return weights.map(MixWeights::output).orElse(DType.U8);
    }
  }

  private void write(Half half, Tensor place) {
    if (half.weights().isPresent()) {
      kernel.mix(half.frames(), half.weights().get(), place);
    } else {
      place.data().copyFrom(half.frames().data());
    }
  }

  /// How far a batch has come in a chain.
  ///
  /// @param clips with the frames so far
  /// @param changed whether the frames are not those that the chain began with
  /// @param mix SwapMix that is still to be done to the frames
  private record Made(ClipBatch clips, boolean changed, Optional<PairRecipe.SwapMix> mix) {
    static Made untouched(ClipBatch clips) {
      return new Made(clips, false, Optional.empty());
    }

    /// How the frames follow from those that the chain began with.
    PairRecipe recipe(String text) {
      if (changed) {
        return new PairRecipe.Opaque(text);
      }
      return mix.isPresent() ? mix.get() : new PairRecipe.Identity();
    }
  }

  /// Does one step after the other, but leaves a last SwapMix to be done.
  private Made apply(List<Chain.Placed> steps, Made start) throws RefusedBatchException {
    Made made = start;
    for (Chain.Placed step : steps) {
      Made ready = settled(made);
      AugmentedPixels result = new AugmentedPixels(ready.clips(), ready.changed());
      PairRecipe recipe = draw(step, ready.clips(), result);
      made =
          switch (recipe) {
            case PairRecipe.Identity _ -> ready;
            case PairRecipe.SwapMix mix ->
                new Made(ready.clips(), ready.changed(), Optional.of(mix));
            case PairRecipe.Opaque _ ->
                new Made(
                    ready.clips().withFrames(result.written().orElseThrow()),
                    true,
                    Optional.empty());
          };
    }
    return made;
  }

  /// Does a SwapMix that is still to be done, to pixels.
  private Made settled(Made made) {
    if (made.mix().isEmpty()) {
      return made;
    }
    Tensor pixels = Tensor.zeros(DType.U8, made.clips().frames().shape());
    write(mixed(made, DType.U8), pixels);
    return new Made(made.clips().withFrames(pixels), true, Optional.empty());
  }

  /// What of the augmented half travels.
  private Optional<Half> half(Made made) {
    if (made.mix().isEmpty() && !made.changed()) {
      return Optional.empty();
    }
    return switch (settings.encoding()) {
      case U8 -> Optional.of(mixed(made, DType.U8));
      case F16 -> Optional.of(mixed(made, DType.F16));
      // Pixels that an augmentation wrote could not be made by the trainer.
      case RECIPE -> made.changed() ? Optional.of(mixed(made, DType.U8)) : Optional.empty();
    };
  }

  /// The SwapMix that is still to be done, as pixels or as normalised halves; without one the
  /// pixels as they are, or normalised.
  private Half mixed(Made made, DType output) {
    Normalization statistics = settings.normalization();
    Optional<MixWeights> weights = made.mix().map(mix -> MixWeights.fold(mix, statistics, output));
    if (weights.isEmpty() && output == DType.F16) {
      weights = Optional.of(MixWeights.normalise(made.clips().clips(), statistics));
    }
    return new Half(made.clips().frames(), weights);
  }

  private static String text(List<Chain.Placed> steps) {
    return steps.stream().map(step -> step.augmentation().text()).collect(Collectors.joining("+"));
  }

  private static PairRecipe draw(Chain.Placed step, ClipBatch clips, AugmentedPixels result)
      throws RefusedBatchException {
    String text = step.augmentation().text();
    PairRecipe recipe;
    try {
      recipe = step.augmentation().augment(clips, step.draws(), result);
    } catch (ServiceException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new RefusedBatchException(text + " refuses batch " + clips.id() + ": " + e, e);
    } catch (LinkageError e) {
      throw ServiceException.environment(
          "augmentation " + text + " cannot run here: its code does not link: " + e, e);
    }
    if (recipe instanceof PairRecipe.Opaque && !step.augmentation().needsPixels()) {
      throw new IllegalStateException(
          step.augmentation().text() + " wrote pixels and says that it needs none");
    }
    if (recipe instanceof PairRecipe.Opaque && result.written().isEmpty()) {
      throw new RefusedBatchException(text + " made nothing of batch " + clips.id());
    }
    if (recipe instanceof PairRecipe.SwapMix mix && mix.mixWeight().size() != clips.clips()) {
      throw new RefusedBatchException(
          text + " drew " + mix.mixWeight().size() + " weights for " + clips.clips() + " clips");
    }
    return recipe;
  }
}
