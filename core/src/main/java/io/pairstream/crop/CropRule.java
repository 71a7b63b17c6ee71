package io.pairstream.crop;

import io.pairstream.clip.CounterRandom;

/// Which part of a video's frames a clip shows; the same for all frames of a clip.
public sealed interface CropRule
    permits CropRule.MultiScale, CropRule.Whole, ShortSide, RandomResized {
  CropRule MULTISCALE = new MultiScale();
  CropRule WHOLE = new Whole();

  /// Training: [MultiScaleCrop]. Validation: the short side at 256/224 of the clip's, cropped in
  /// the centre.
  record MultiScale() implements CropRule {
    @Override
    public String text() {
      return "multiscale";
    }

    @Override
    public void requireFits(Size clip) {
      // Any size will do.
    }

    @Override
    public FrameView training(Size frame, Size clip, CounterRandom random) {
      return MultiScaleCrop.of(frame, clip).choose(random);
    }

    @Override
    public FrameView validation(Size frame, Size clip) {
      return FrameView.centre(frame, clip);
    }
  }

  /// The whole frame, whatever its shape.
  record Whole() implements CropRule {
    @Override
    public String text() {
      return "whole";
    }

    @Override
    public void requireFits(Size clip) {
      // Any size will do.
    }

    @Override
    public FrameView training(Size frame, Size clip, CounterRandom random) {
      return FrameView.whole(frame, clip);
    }

    @Override
    public FrameView validation(Size frame, Size clip) {
      return FrameView.whole(frame, clip);
    }
  }

  /// The rule with its numbers, in options and in a run's description; [#parse] reads it.
  String text();

  /// What of a frame is shown in training.
  FrameView training(Size frame, Size clip, CounterRandom random);

  /// What of a frame is shown in validation.
  FrameView validation(Size frame, Size clip);

  /// Refuses clips that the rule cannot make.
  ///
  /// @throws IllegalArgumentException saying why
  void requireFits(Size clip);

  /// Reads a rule; `short-side` and `random-resized` without numbers have the authors'.
  ///
  /// @throws IllegalArgumentException naming what is wrong
  static CropRule parse(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    return switch (name) {
      case "multiscale" -> plain(MULTISCALE, text);
      case "whole" -> plain(WHOLE, text);
      case "short-side" -> colon < 0 ? ShortSide.USUAL : CropNumbers.of(text, colon).shortSide();
      case "random-resized" ->
          colon < 0 ? RandomResized.USUAL : CropNumbers.of(text, colon).randomResized();
      default ->
          throw new IllegalArgumentException(
              "crop '" + text + "' is not multiscale, whole, short-side or random-resized");
    };
  }

  private static CropRule plain(CropRule rule, String text) {
    if (!rule.text().equals(text)) {
      throw new IllegalArgumentException(
          "crop '%s': %s has no numbers".formatted(text, rule.text()));
    }
    return rule;
  }
}
