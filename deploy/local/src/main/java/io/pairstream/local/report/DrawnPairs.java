package io.pairstream.local.report;

import io.pairstream.augment.AugmentationPlan;
import io.pairstream.augmenter.PairMaker;
import io.pairstream.augmenter.RefusedBatchException;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.PairEncoding;
import io.pairstream.kernel.SwapMixKernel;
import io.pairstream.ops.ServiceException;
import io.pairstream.watch.picture.PairsPicture;
import io.pairstream.watch.picture.ShownPairs;
import java.util.ArrayList;
import java.util.List;

/// Pairs of one clip without a run: what an augmentation draws for it in the first batches.
public final class DrawnPairs {
  private final ClipBatch clip;
  private final PairMaker maker;

  /// @param clip a batch of one clip
  /// @param seed of all that is drawn
  public DrawnPairs(ClipBatch clip, AugmentationPlan augmentation, long seed) {
    this.clip = clip;
    this.maker =
        new PairMaker(
            new PairMaker.Settings(
                seed, augmentation, 1, PairEncoding.U8, Normalization.IMAGENET, ""),
            SwapMixKernel.fastest());
  }

  /// The pair of a batch of this number.
  ///
  /// @throws ServiceException (4) if the augmentation refuses the clip
  public PairBatch draw(long number) {
    ClipBatch numbered =
        new ClipBatch(
            new BatchId(0, number),
            clip.frames(),
            clip.label(),
            clip.frameIndex(),
            List.of("draw " + (number + 1)),
            clip.lineage());
    try {
      return maker.make(numbered);
    } catch (RefusedBatchException e) {
      throw ServiceException.badInput(String.valueOf(e.getMessage()));
    }
  }

  /// The first so many pairs, ready to be drawn.
  ///
  /// @param name of the clip, for captions
  public List<PairsPicture.Pair> shown(String name, int many) {
    List<PairsPicture.Pair> pairs = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      pairs.addAll(ShownPairs.of(draw(i), List.of(name), 1));
    }
    return pairs;
  }
}
