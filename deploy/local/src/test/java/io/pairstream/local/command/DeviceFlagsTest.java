package io.pairstream.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.augmenter.command.AugmentFlags;
import io.pairstream.cli.options.ArgumentList;
import io.pairstream.config.DeviceChoice;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class DeviceFlagsTest {
  /// As `run`: its augmenter's options are handed on.
  @Command
  private static final class Launcher {
    @Mixin private AugmentFlags augment = new AugmentFlags();
  }

  @Test
  void theDeviceIsAmongWhatALauncherHandsToItsAugmenter() {
    Launcher launcher = new Launcher();
    CommandLine line = new CommandLine(launcher);
    line.setDefaultValueProvider(option -> null);
    ArgumentList given = ArgumentList.of(line.parseArgs("--device", "cuda:2"), launcher.augment);
    assertThat(given.words()).containsExactly("--device=cuda:2");
    assertThat(launcher.augment.device()).isEqualTo(new DeviceChoice.Cuda(2));
  }
}
