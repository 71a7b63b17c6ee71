package io.pairstream.trainer.command;

import io.pairstream.cli.options.OptionGroup;
import io.pairstream.cli.options.Usage;
import io.pairstream.config.DeviceChoice;
import io.pairstream.trainer.ChannelOrder;
import io.pairstream.trainer.TrainerOptions.Evaluation;
import io.pairstream.trainer.TrainerOptions.Model;
import io.pairstream.trainer.model.BatchNormScope;
import io.pairstream.trainer.model.ModelSpec.Regularization;
import io.pairstream.trainer.weights.WeightSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What is trained, on how many threads, and on what it is tested.
@OptionGroup("Model")
public final class TrainFlags {
  @Option(
      names = "--model",
      paramLabel = "NAME",
      defaultValue = "tsm-resnet50",
      description =
          "tsm-resnet18-narrow, tsm-resnet18, tsm-resnet34, tsm-resnet50, slowfast-8x8-r50 or"
              + " uniformer-s, or a TorchScript file FILE.pt (default: ${DEFAULT-VALUE}; of run the best"
              + " of tsm-resnet50, tsm-resnet18 and tsm-resnet18-narrow that this machine has the"
              + " memory for).")
  private String model = "tsm-resnet50";

  @Option(
      names = "--init",
      paramLabel = "FILE",
      description =
          "A file of weights to begin with: a PyTorch checkpoint, a pickle with Caffe2's names,"
              + " TorchScript or safetensors; 'pairstream weights inspect' shows what is in it.")
  private @Nullable Path init;

  @Option(
      names = WeightSource.KEY_OPTION,
      paramLabel = "KEY",
      description =
          "With --init: which weights in the file, such as state_dict_ema or a.b (default: those under"
              + " a usual key, else the only ones).")
  private @Nullable String weightsKey;

  @Option(
      names = "--dropout",
      paramLabel = "P",
      description = "Before the classifier (default: the model's own).")
  private @Nullable Double dropout;

  @Option(
      names = "--drop-path",
      paramLabel = "P",
      description =
          "Probability of losing a residual branch in the last block, rising from 0 in the first;"
              + " uniformer-s only (default: the model's own).")
  private @Nullable Double dropPath;

  @Option(
      names = "--partial-batch-norm",
      description =
          "Freeze every batch normalisation but the first: running statistics in training too, no"
              + " change of scales and shifts.")
  private boolean partialBatchNorm;

  @Option(
      names = "--channel-order",
      paramLabel = "ORDER",
      defaultValue = "rgb",
      description =
          "The order in which the model takes colours: rgb, or bgr for weights that were trained on"
              + " it (default: ${DEFAULT-VALUE}).")
  private String channelOrder = "rgb";

  @Option(
      names = "--batch-norm",
      paramLabel = "SCOPE",
      defaultValue = "joint",
      description =
          "Batch normalisation over originals and augmented together (joint) or over each half for"
              + " itself (per-half; default: ${DEFAULT-VALUE}).")
  private String batchNorm = "joint";

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads of libtorch; the result is the same bits only with as many (default: one a core).")
  private @Nullable Integer threads;

  @Option(
      names = "--train-device",
      paramLabel = "DEVICE",
      defaultValue = "cpu",
      description =
          "On what to train: cpu, cuda, cuda:N, or auto, which is the first GPU that libtorch can"
              + " use or, saying why, the CPU (default: ${DEFAULT-VALUE}).")
  private String device = "cpu";

  @Option(
      names = "--validate-on",
      paramLabel = "SET,…",
      split = ",",
      description =
          "The validation sets that are tested after each epoch; the first one selects the best"
              + " checkpoint (default: all that are not in --test-on).")
  private List<String> validateOn = new ArrayList<>();

  @Option(
      names = "--test-on",
      paramLabel = "SET,…",
      split = ",",
      description = "The validation sets that are tested only after the last epoch.")
  private List<String> testOn = new ArrayList<>();

  public Model model() {
    BatchNormScope scope = Usage.checked("--batch-norm", () -> BatchNormScope.parse(batchNorm));
    ChannelOrder order = Usage.checked("--channel-order", () -> ChannelOrder.parse(channelOrder));
    return Usage.checked(() ->
        new Model(
            model,
            new Regularization(optional(dropout), optional(dropPath), partialBatchNorm),
            scope,
            order,
            WeightSource.of("--init", init, weightsKey)));
  }

  public Evaluation evaluation() {
    return new Evaluation(
        validateOn.isEmpty() ? Optional.empty() : Optional.of(validateOn),
        testOn,
        Evaluation.EVERYTHING.maxKeptBytes());
  }

  /// On what is trained.
  public DeviceChoice device() {
    return Usage.checked("--train-device", () -> DeviceChoice.parse("--train-device", device));
  }

  public int threads() {
    int wanted = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    return Usage.atLeast("--threads", wanted, 1);
  }

  private static OptionalDouble optional(@Nullable Double probability) {
    return probability == null ? OptionalDouble.empty() : OptionalDouble.of(probability);
  }
}
