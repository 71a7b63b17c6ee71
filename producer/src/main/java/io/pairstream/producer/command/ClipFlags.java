package io.pairstream.producer.command;

import io.pairstream.cli.options.OptionGroup;
import io.pairstream.cli.options.Usage;
import io.pairstream.config.OptionException;
import io.pairstream.crop.CropPlan;
import io.pairstream.crop.CropRule;
import io.pairstream.crop.SentFrames;
import io.pairstream.crop.Size;
import io.pairstream.producer.load.ClipFormat;
import io.pairstream.producer.sample.FrameSampling;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What a video is turned into; fixed by the run.
@OptionGroup("Clips")
public final class ClipFlags {
  @Option(
      names = "--frames",
      paramLabel = "T",
      defaultValue = "8",
      description = "Frames of a clip (default: ${DEFAULT-VALUE}).")
  private int frames;

  @Option(
      names = "--height",
      paramLabel = "PIXELS",
      defaultValue = "224",
      description = "Height of a clip (default: ${DEFAULT-VALUE}).")
  private int height;

  @Option(
      names = "--width",
      paramLabel = "PIXELS",
      defaultValue = "224",
      description = "Width of a clip (default: ${DEFAULT-VALUE}).")
  private int width;

  @Option(
      names = "--sampling",
      paramLabel = "RULE",
      defaultValue = "tsn",
      description =
          "Which frames: tsn (one of each of equally long segments, random in training, the middle"
              + " one in validation), even (the same, with short videos spread over all segments),"
              + " slowfast (segments that share their ends), dense (equal steps in a window of 64"
              + " frames; default: ${DEFAULT-VALUE}).")
  private String sampling = "tsn";

  @Option(
      names = "--crop",
      paramLabel = "RULE",
      defaultValue = "multiscale",
      description =
          "Which part of a frame: multiscale (in training a corner or the middle at one of several"
              + " scales, in validation the middle), short-side[:MIN-MAX] (in training anywhere after"
              + " scaling the short side to 256-320 pixels, in validation the middle at the least of"
              + " them), random-resized[:MIN-MAX] (in training a box of 0.08-1 of the frame's area,"
              + " in validation the middle) or whole (default: ${DEFAULT-VALUE}).")
  private String crop = "multiscale";

  @Option(
      names = "--flip",
      description =
          "Mirror half of the training clips: right where a mirror leaves every class what it is"
              + " (default: mirror none).")
  private boolean flip;

  @Option(
      names = "--crop-at",
      paramLabel = "WHERE",
      defaultValue = "producer",
      description =
          "Who crops and flips the training clips: producer (fewer bytes travel) or augmenter, which"
              + " is sent larger frames (default: ${DEFAULT-VALUE}).")
  private String cropAt = "producer";

  @Option(
      names = "--sent-short-side",
      paramLabel = "PIXELS",
      description =
          "With --crop-at augmenter: what a longer short side of the frames is shrunk to; 0 sends"
              + " them as they were decoded (default: "
              + SentFrames.DEFAULT_SHORT_SIDE
              + ").")
  private @Nullable Integer sentShortSide;

  @Option(
      names = "--max-sent-pixels",
      paramLabel = "PIXELS",
      description =
          "With --crop-at augmenter: frames with more are shrunk to it, and records are as large as"
              + " their frames may be (default: room for frames twice as long as their short side;"
              + " as they were decoded, for 1280x720).")
  private @Nullable Integer maxSentPixels;

  @Option(
      names = "--clips-per-batch",
      paramLabel = "N",
      defaultValue = "8",
      description =
          "Clips of a batch; an epoch's last one may have fewer (default: ${DEFAULT-VALUE}).")
  private int clipsPerBatch;

  @Option(
      names = "--repeat-clips",
      paramLabel = "R",
      defaultValue = "1",
      description =
          "Show each training video so often in its batch: the same frames, each time with another"
              + " crop, flip and augmentation. The clips of a batch must be a multiple (default:"
              + " ${DEFAULT-VALUE}).")
  private int repeats;

  /// What a video is turned into; batches hold whole groups of a video's clips.
  public ClipFormat format() {
    Usage.atLeast("--frames", frames, 1);
    Usage.atLeast("--height", height, 1);
    Usage.atLeast("--width", width, 1);
    Usage.atLeast("--repeat-clips", repeats, 1);
    Usage.atLeast("--clips-per-batch", clipsPerBatch, 1);
    FrameSampling rule = Usage.checked("--sampling", () -> FrameSampling.parse(sampling));
    CropRule cropRule = Usage.checked("--crop", () -> CropRule.parse(crop));
    return Usage.checked(
        "--repeat-clips",
        () -> {
          ClipFormat format =
              new ClipFormat(
                  frames,
                  new Size(width, height),
                  rule,
                  new CropPlan(cropRule, flip, sent()),
                  repeats);
          format.videosPerBatch(clipsPerBatch);
          return format;
        });
  }

  /// How the frames travel that the augmenter crops.
  private Optional<SentFrames> sent() {
    return switch (cropAt) {
      case "producer" -> {
        if (sentShortSide != null || maxSentPixels != null) {
          throw new OptionException(
              sentShortSide != null ? "--sent-short-side" : "--max-sent-pixels",
              "needs --crop-at augmenter");
        }
        yield Optional.empty();
      }
      case "augmenter" -> {
        int side = sentShortSide == null ? SentFrames.DEFAULT_SHORT_SIDE : sentShortSide;
        yield Optional.of(
            Usage.checked(
                maxSentPixels == null ? "--sent-short-side" : "--max-sent-pixels",
                () ->
                    maxSentPixels == null
                        ? SentFrames.of(side)
                        : new SentFrames(side, maxSentPixels)));
      }
      default ->
          throw new OptionException("--crop-at", "'" + cropAt + "' is not producer or augmenter");
    };
  }

  public int clipsPerBatch() {
    return clipsPerBatch;
  }
}
