package io.pairstream.augment.builtin;

import io.pairstream.augment.pixel.ClipPixels;
import io.pairstream.augment.pixel.Enhance;
import io.pairstream.augment.pixel.Tables;
import io.pairstream.augment.pixel.Warp;
import io.pairstream.augment.pixel.Workspace;

/// The operations that RandAugment and AugMix draw from, each with a level from 0 to 10 that makes
/// it stronger (the scale of AutoAugment: Cubuk et al., CVPR 2019; the "increasing" one of
/// RandAugment's implementations, where level 0 of posterize and solarize is the weakest too).
enum Operation {
  AUTO_CONTRAST,
  EQUALIZE,
  INVERT,
  /// By 3° a level, either way.
  ROTATE,
  /// Keeps 4 bits, one less for each 2.5 levels.
  POSTERIZE,
  /// Inverts from 256 on, 25.6 less for each level.
  SOLARIZE,
  /// Makes what is below 128 brighter by 11 a level.
  SOLARIZE_ADD,
  /// By the factor 1 ± 0.09 a level, like the three that follow.
  SATURATION,
  CONTRAST,
  BRIGHTNESS,
  SHARPNESS,
  /// By 0.03 a level, either way.
  SHEAR_X,
  SHEAR_Y,
  /// By a tenth of the largest shift a level, either way.
  TRANSLATE_X,
  TRANSLATE_Y;

  private static final double LEVELS = 10;

  /// How pictures are moved.
  ///
  /// @param warp interpolation and fill
  /// @param shift the largest shift, as a share of the side
  record Geometry(Warp warp, double shift) {}

  /// Changes all frames of a clip alike.
  ///
  /// @param level 0 to 10
  /// @param otherWay whether an operation that goes either way goes the other one
  void apply(
      ClipPixels clip, double level, boolean otherWay, Geometry geometry, Workspace workspace) {
    double share = level / LEVELS;
    double signed = otherWay ? -share : share;
    Warp warp = geometry.warp();
    switch (this) {
      case AUTO_CONTRAST -> Tables.autoContrast(clip);
      case EQUALIZE -> Tables.equalize(clip);
      case INVERT -> Tables.invert(clip);
      case ROTATE -> warp.rotate(clip, 30 * signed, workspace);
      case POSTERIZE -> Tables.posterize(clip, 4 - (int) (share * 4));
      case SOLARIZE -> Tables.solarize(clip, 256 - (int) (share * 256));
      case SOLARIZE_ADD -> Tables.solarizeAdd(clip, (int) (share * 110), 128);
      case SATURATION -> Enhance.saturation(clip, 1 + 0.9 * signed);
      case CONTRAST -> Enhance.contrast(clip, 1 + 0.9 * signed);
      case BRIGHTNESS -> Enhance.brightness(clip, 1 + 0.9 * signed);
      case SHARPNESS -> Enhance.sharpness(clip, 1 + 0.9 * signed, workspace);
      case SHEAR_X -> warp.shearX(clip, 0.3 * signed, workspace);
      case SHEAR_Y -> warp.shearY(clip, 0.3 * signed, workspace);
      case TRANSLATE_X ->
          warp.translate(clip, geometry.shift() * signed * clip.width(), 0, workspace);
      case TRANSLATE_Y ->
          warp.translate(clip, 0, geometry.shift() * signed * clip.height(), workspace);
    }
  }
}
