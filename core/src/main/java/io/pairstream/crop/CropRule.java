package io.pairstream.crop;

import io.pairstream.clip.CounterRandom;

/// Which part of a video's frames a clip shows; the same for all frames of a clip.
public enum CropRule {
  /// Training: [MultiScaleCrop]. Validation: the short side at 256/224 of the clip's, cropped in
  /// the centre.
  MULTISCALE("multiscale") {
    @Override
    public FrameView training(Size frame, Size clip, CounterRandom random) {
      return MultiScaleCrop.of(frame, clip).choose(random);
    }

    @Override
    public FrameView validation(Size frame, Size clip) {
      return FrameView.centre(frame, clip);
    }
  },
  /// The whole frame, whatever its shape.
  WHOLE("whole") {
    @Override
    public FrameView training(Size frame, Size clip, CounterRandom random) {
      return FrameView.whole(frame, clip);
    }

    @Override
    public FrameView validation(Size frame, Size clip) {
      return FrameView.whole(frame, clip);
    }
  };

  private final String text;

  CropRule(String text) {
    this.text = text;
  }

  /// The name in options and in a run's description.
  public String text() {
    return text;
  }

  public static CropRule parse(String text) {
    for (CropRule rule : values()) {
      if (rule.text.equals(text)) {
        return rule;
      }
    }
    throw new IllegalArgumentException("crop '" + text + "' is not multiscale or whole");
  }

  public abstract FrameView training(Size frame, Size clip, CounterRandom random);

  public abstract FrameView validation(Size frame, Size clip);
}
