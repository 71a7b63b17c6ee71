package io.pairstream.watch.options;

import io.pairstream.cli.options.KafkaFlags;
import io.pairstream.cli.options.OptionGroup;
import io.pairstream.cli.options.SizeFlags;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which run to look at, and where its broker is.
@OptionGroup("Run")
public final class RunAccessFlags {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder of a run on this machine; its broker is started if need be.")
  private List<Path> outs = new ArrayList<>();

  @Option(
      names = "--run",
      paramLabel = "NAME",
      description = "Name of the run (default: the one in --out, or else 'default').")
  private @Nullable String run;

  @Mixin private KafkaFlags kafka = new KafkaFlags();
  @Mixin private SizeFlags size = new SizeFlags();

  /// The run's folder.
  public Optional<Path> out() {
    return outs.stream().filter(path -> !isPicture(path)).findFirst();
  }

  /// A picture to write, where `--out` names one beside or instead of a folder.
  public Optional<Path> picture() {
    return outs.stream().filter(RunAccessFlags::isPicture).findFirst();
  }

  private static boolean isPicture(Path path) {
    return path.toString().endsWith(".png") || path.toString().endsWith(".gif");
  }

  public Optional<String> run() {
    return Optional.ofNullable(run);
  }

  public KafkaFlags kafka() {
    return kafka;
  }

  public int maxRecordBytes() {
    return size.maxRecordBytes();
  }
}
