package io.pairstream.local.options;

import io.pairstream.crop.CropRule;
import io.pairstream.crop.Size;
import io.pairstream.producer.load.ClipFormat;
import io.pairstream.producer.sample.FrameSampling;
import picocli.CommandLine.Option;

/// What a video is turned into; fixed by the run.
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
              + " one in validation; default: ${DEFAULT-VALUE}).")
  private String sampling = "tsn";

  @Option(
      names = "--crop",
      paramLabel = "RULE",
      defaultValue = "multiscale",
      description =
          "Which part of a frame: multiscale (in training a corner or the middle at one of several"
              + " scales, in validation the middle) or whole (default: ${DEFAULT-VALUE}).")
  private String crop = "multiscale";

  @Option(
      names = "--no-flip",
      description =
          "Never mirror a clip: for classes that are about left and right (default: half of the"
              + " training clips are mirrored).")
  private boolean noFlip;

  @Option(
      names = "--clips-per-batch",
      paramLabel = "N",
      defaultValue = "8",
      description =
          "Clips of a batch; an epoch's last one may have fewer (default: ${DEFAULT-VALUE}).")
  private int clipsPerBatch;

  public ClipFormat format() {
    return Usage.checked(() ->
        new ClipFormat(
            frames,
            new Size(width, height),
            FrameSampling.parse(sampling),
            CropRule.parse(crop),
            !noFlip));
  }

  public int clipsPerBatch() {
    return clipsPerBatch;
  }
}
