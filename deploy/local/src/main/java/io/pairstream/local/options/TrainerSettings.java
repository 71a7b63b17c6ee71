package io.pairstream.local.options;

import io.pairstream.cli.options.ArgumentList;
import io.pairstream.cli.options.BadRatioFlags;
import io.pairstream.ops.ServiceException;
import io.pairstream.run.Instance;
import io.pairstream.trainer.command.LearningFlags;
import io.pairstream.trainer.command.ReadingFlags;
import io.pairstream.trainer.command.TrainFlags;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;

/// What one trainer of a run is told, read in the process that starts it, so that nothing is begun
/// whose trainer would refuse its options.
@Command(name = "train")
public final class TrainerSettings {
  @Mixin private TrainFlags train = new TrainFlags();
  @Mixin private LearningFlags learning = new LearningFlags();
  @Mixin private ReadingFlags reading = new ReadingFlags();
  @Mixin private BadRatioFlags bad = new BadRatioFlags();

  private TrainerSettings() {}

  /// Reads them.
  ///
  /// @throws ServiceException (2) naming the trainer and the option that it does not have
  public static TrainerSettings of(Instance trainer, ArgumentList options) {
    TrainerSettings settings = new TrainerSettings();
    try {
      new CommandLine(settings).parseArgs(options.words().toArray(String[]::new));
      return settings;
    } catch (ParameterException e) {
      throw ServiceException.usage("--trainer " + trainer.name() + ": " + e.getMessage(), e);
    }
  }

  public TrainFlags train() {
    return train;
  }

  public LearningFlags learning() {
    return learning;
  }

  public ReadingFlags reading() {
    return reading;
  }

  public BadRatioFlags bad() {
    return bad;
  }
}
