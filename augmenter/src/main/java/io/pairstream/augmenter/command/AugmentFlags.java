package io.pairstream.augmenter.command;

import io.pairstream.cli.options.DeviceFlags;
import io.pairstream.cli.options.OptionGroup;
import io.pairstream.cli.options.Usage;
import io.pairstream.config.DeviceChoice;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// How an augmenter works; nothing of it changes what it makes.
@OptionGroup("Augmenting")
public final class AugmentFlags {
  @Option(
      names = "--augmenter-threads",
      paramLabel = "N",
      defaultValue = "1",
      description = "Threads that augment (default: ${DEFAULT-VALUE}).")
  private int threads;

  @Mixin private DeviceFlags device = new DeviceFlags();

  public int threads() {
    return Usage.atLeast("--augmenter-threads", threads, 1);
  }

  public DeviceChoice device() {
    return device.choice();
  }
}
