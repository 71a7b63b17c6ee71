package io.pairstream.local.options;

import io.pairstream.cli.options.OptionGroup;
import io.pairstream.cli.options.Usage;
import io.pairstream.clip.Normalization;
import io.pairstream.config.NormalizationOption;
import io.pairstream.ops.ServiceException;
import io.pairstream.producer.command.TestFlags;
import io.pairstream.producer.load.TestViews;
import io.pairstream.trainer.ChannelOrder;
import io.pairstream.trainer.evaluation.TestSubject;
import io.pairstream.trainer.evaluation.Tester;
import io.pairstream.trainer.model.ModelSpec.Crop;
import io.pairstream.trainer.weights.WeightSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which model is tested.
@OptionGroup("Model")
public final class SubjectFlags {
  @Option(
      names = "--checkpoint",
      paramLabel = "DIR|FILE",
      required = true,
      description =
          "A checkpoint (of a trainer's folder the latest one), or a file of weights of any kind that"
              + " train --init takes.")
  private @Nullable Path checkpoint;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description =
          "With a file of weights: their model, as for train --model; with a checkpoint of a"
              + " TorchScript model: its file.")
  private @Nullable String model;

  @Option(
      names = WeightSource.KEY_OPTION,
      paramLabel = "KEY",
      description =
          "With a file of weights: which ones in it, such as state_dict_ema or a.b (default: those"
              + " under a usual key, else the only ones).")
  private @Nullable String weightsKey;

  @Option(
      names = "--channel-order",
      paramLabel = "ORDER",
      description =
          "With a file of weights: rgb, or bgr for weights that were trained on it (default: rgb).")
  private @Nullable String channelOrder;

  @Option(
      names = "--mean",
      paramLabel = "R,G,B",
      split = ",",
      description =
          "Mean of the channels on the scale 0 to 1 (default: the checkpoint's; of a file of weights"
              + " ImageNet's).")
  private List<Float> mean = new ArrayList<>();

  @Option(
      names = "--std",
      paramLabel = "R,G,B",
      split = ",",
      description =
          "Standard deviation of the channels (default: the checkpoint's; of a file of weights"
              + " ImageNet's).")
  private List<Float> std = new ArrayList<>();

  @Option(
      names = "--training-crop",
      paramLabel = "PIXELS",
      description =
          "With a file of weights: height and width of the clips that they were trained on, over"
              + " which SlowFast's head averages (default: the tested clip's).")
  private @Nullable Integer trainingCrop;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of libtorch (default: one a core).")
  private @Nullable Integer threads;

  public int threads() {
    int wanted = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    if (wanted < 1) {
      throw ServiceException.usage("--threads " + wanted + " is not at least 1");
    }
    return wanted;
  }

  /// The model, which is read as far as it tells what it is.
  public TestSubject subject() {
    Path path = Usage.given("--checkpoint", checkpoint);
    return TestSubject.at(
        path,
        Usage.checked(() ->
            new TestSubject.Hints(
                Optional.ofNullable(model),
                Optional.ofNullable(channelOrder)
                    .map(
                        order -> Usage.checked("--channel-order", () -> ChannelOrder.parse(order))),
                Optional.ofNullable(weightsKey))));
  }

  /// Refuses to guess what a checkpoint of an earlier version was trained on.
  public void requireKnown(TestSubject subject, TestFlags test) {
    boolean said = test.saysShape() && !mean.isEmpty() && !std.isEmpty();
    if (subject.weights() instanceof TestSubject.Weights.Saved saved
        && subject.clips().isEmpty()
        && !said) {
      throw ServiceException.usage(
          "the checkpoint %s was written by an earlier version and does not say what its clips were:"
                  .formatted(saved)
              + " give --frames, --height, --width, --mean and --std");
    }
  }

  /// What the model is shown, but for the number of classes.
  public Tester.Input input(TestSubject subject, TestViews views, int classes) {
    Normalization usual =
        subject.clips().map(TestSubject.Clips::normalization).orElse(Normalization.IMAGENET);
    Crop tested = new Crop(views.size().height(), views.size().width());
    return Usage.checked(() -> {
      Crop trained = trainingCrop == null ? tested : new Crop(trainingCrop, trainingCrop);
      return new Tester.Input(
          views.frames(),
          tested,
          subject.clips().map(TestSubject.Clips::crop).orElse(trained),
          NormalizationOption.of(
              mean.isEmpty() ? usual.mean() : mean, std.isEmpty() ? usual.std() : std),
          classes);
    });
  }
}
