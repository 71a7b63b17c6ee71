package io.pairstream.local.options;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which run to look at, and where its broker is.
public final class RunAccessFlags {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder of a run on this machine; its broker is started if need be.")
  private @Nullable Path out;

  @Option(
      names = "--run",
      paramLabel = "NAME",
      description = "Name of the run (default: the one in --out, or else 'default').")
  private @Nullable String run;

  @Mixin private KafkaFlags kafka = new KafkaFlags();
  @Mixin private SizeFlags size = new SizeFlags();

  public Optional<Path> out() {
    return Optional.ofNullable(out);
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
