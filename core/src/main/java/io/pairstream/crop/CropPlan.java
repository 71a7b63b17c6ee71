package io.pairstream.crop;

import io.pairstream.clip.CounterRandom;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How a run crops its training clips, and where: the producer and the augmenter draw the same view
/// of the same frame.
///
/// @param rule which part of a frame
/// @param flip whether half of the clips are mirrored
/// @param sent how the frames travel that the augmenter crops; absent where the producer does
public record CropPlan(CropRule rule, boolean flip, Optional<SentFrames> sent) {
  private static final String FLIP = ",flip";
  private static final String AT_AUGMENTER = ",at=augmenter";
  private static final Pattern SENT =
      Pattern.compile(",short-side=([0-9]{1,6}),max-pixels=([0-9]{1,9})");

  /// The canonical text in a run's description: `multiscale,flip`, and where the augmenter crops
  /// `multiscale,flip,at=augmenter,short-side=256,max-pixels=131072`.
  public String text() {
    return rule.text()
        + (flip ? FLIP : "")
        + sent.map(frames ->
                "%s,short-side=%d,max-pixels=%d"
                    .formatted(AT_AUGMENTER, frames.shortSide(), frames.maxPixels()))
            .orElse("");
  }

  /// Reads the text of a plan that crops at the augmenter; any other is the producer's own matter.
  ///
  /// @throws IllegalArgumentException naming what is wrong
  public static Optional<CropPlan> atAugmenter(String text) {
    int at = text.indexOf(AT_AUGMENTER);
    if (at < 0) {
      return Optional.empty();
    }
    Matcher numbers = SENT.matcher(text.substring(at + AT_AUGMENTER.length()));
    if (!numbers.matches()) {
      throw new IllegalArgumentException("crop '" + text + "' does not say how frames are sent");
    }
    SentFrames sent =
        new SentFrames(Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2)));
    String how = text.substring(0, at);
    boolean flip = how.endsWith(FLIP);
    String rule = flip ? how.substring(0, how.length() - FLIP.length()) : how;
    return Optional.of(new CropPlan(CropRule.parse(rule), flip, Optional.of(sent)));
  }

  /// What of a frame a training clip shows.
  ///
  /// @param frame size of the frames
  /// @param clip size of the clip
  /// @param random the clip's draws for a purpose
  public FrameView training(Size frame, Size clip, Function<String, CounterRandom> random) {
    FrameView view = rule.training(frame, clip, random.apply("crop"));
    return flip && random.apply("flip").nextDouble() < 0.5 ? view.mirror() : view;
  }
}
