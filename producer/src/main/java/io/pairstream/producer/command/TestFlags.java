package io.pairstream.producer.command;

import io.pairstream.cli.options.OptionGroup;
import io.pairstream.cli.options.Usage;
import io.pairstream.crop.CropPosition;
import io.pairstream.crop.Size;
import io.pairstream.crop.TestCrop;
import io.pairstream.producer.load.BatchLoader;
import io.pairstream.producer.load.TestViews;
import io.pairstream.producer.sample.TestSampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What a test shows of a video; by default what the model's own validation showed.
@OptionGroup("Protocol")
public final class TestFlags {
  private static final int USUAL_FRAMES = 8;
  private static final int USUAL_SIDE = 224;
  private static final String WHOLE = "whole";

  @Option(
      names = "--part",
      paramLabel = "PART",
      defaultValue = "validation",
      description =
          "Which videos of the dataset: validation, another validation set's name, training, or all,"
              + " which is training and validation (default: ${DEFAULT-VALUE}).")
  private String part = "validation";

  @Option(
      names = "--frames",
      paramLabel = "T",
      description = "Frames of a clip (default: the checkpoint's; of a file of weights 8).")
  private @Nullable Integer frames;

  @Option(
      names = "--height",
      paramLabel = "PIXELS",
      description = "Height of a clip (default: the checkpoint's; of a file of weights 224).")
  private @Nullable Integer height;

  @Option(
      names = "--width",
      paramLabel = "PIXELS",
      description = "Width of a clip (default: the checkpoint's; of a file of weights 224).")
  private @Nullable Integer width;

  @Option(
      names = "--sampling",
      paramLabel = "RULE",
      description =
          "Which frames: tsn or even (of each of equally long segments the middle one, of several"
              + " clips frames evenly apart), slowfast (PySlowFast's segments) or dense (windows of 64"
              + " frames) (default: the checkpoint's, or tsn).")
  private @Nullable String sampling;

  @Option(
      names = "--clips",
      paramLabel = "N",
      description = "Clips of a video (default: 1; of dense 10).")
  private @Nullable Integer clips;

  @Option(
      names = "--crops",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Crops of a clip: 1, or 3, at both ends and in the middle of the longer side"
              + " (default: ${DEFAULT-VALUE}).")
  private int crops = 1;

  @Option(
      names = "--crop-position",
      paramLabel = "PLACE",
      description =
          "Where one crop lies: centre, left (the left or upper end of the longer side, as SlowFast's"
              + " and UniFormer's code test), or whole frames (default: centre, or whole where the"
              + " checkpoint was trained on whole frames).")
  private @Nullable String cropPosition;

  @Option(
      names = "--short-side",
      paramLabel = "PIXELS",
      description = "Short side of a frame before the crop (default: 256/224 of the clip's).")
  private @Nullable Integer shortSide;

  @Option(
      names = "--decoding-threads",
      paramLabel = "N",
      description = "Threads that decode (default: one a core).")
  private @Nullable Integer decodingThreads;

  public String part() {
    return part;
  }

  public BatchLoader.LoadingOptions loading() {
    int cores = Runtime.getRuntime().availableProcessors();
    int wanted = decodingThreads == null ? cores : decodingThreads;
    return BatchLoader.LoadingOptions.ofThreads(Usage.atLeast("--decoding-threads", wanted, 1));
  }

  /// Whether frames, height and width were all given.
  public boolean saysShape() {
    return frames != null && height != null && width != null;
  }

  /// The views as a value.
  ///
  /// @param trained what the model was trained on, if that is known
  public TestViews views(Optional<TestViews.Trained> trained) {
    return Usage.checked(() -> {
      TestSampling rule =
          Usage.checked(
              "--sampling",
              () ->
                  TestSampling.parse(
                      or(sampling, trained.map(TestViews.Trained::sampling).orElse("tsn"))));
      Size size =
          new Size(
              or(width, trained.map(known -> known.size().width()).orElse(USUAL_SIDE)),
              or(height, trained.map(known -> known.size().height()).orElse(USUAL_SIDE)));
      return new TestViews(
          rule,
          or(clips, rule.usualClips()),
          crop(trained),
          or(frames, trained.map(TestViews.Trained::frames).orElse(USUAL_FRAMES)),
          size);
    });
  }

  private TestCrop crop(Optional<TestViews.Trained> trained) {
    boolean whole =
        crops == 1
            && shortSide == null
            && trained.filter(known -> known.crop().startsWith(WHOLE)).isPresent();
    CropPosition usual = whole ? CropPosition.WHOLE : CropPosition.CENTRE;
    String place = cropPosition;
    return new TestCrop(
        place == null ? usual : Usage.checked("--crop-position", () -> CropPosition.parse(place)),
        crops,
        shortSide == null ? OptionalInt.empty() : OptionalInt.of(shortSide));
  }

  private static <T> T or(@Nullable T given, T usual) {
    return given == null ? usual : given;
  }

  /// Options from which another process makes the same views, threads and part.
  public List<String> words(TestViews views) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "--part=" + part,
                "--frames=" + views.frames(),
                "--height=" + views.size().height(),
                "--width=" + views.size().width(),
                "--sampling=" + views.sampling().text(),
                "--clips=" + views.clips(),
                "--crops=" + views.crop().crops(),
                "--crop-position=" + views.crop().position().text(),
                "--decoding-threads=" + loading().threads()));
    views.crop().shortSide().ifPresent(side -> words.add("--short-side=" + side));
    return words;
  }
}
