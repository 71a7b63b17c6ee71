package io.pairstream.producer.command;

import io.pairstream.cli.Logging;
import io.pairstream.cli.options.Usage;
import io.pairstream.ops.ServiceException;
import io.pairstream.producer.VideoClip;
import io.pairstream.wire.ClipBatchSerde;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `pairstream decode-clip`: one video as the value of a clip batch's record; a process of its own
/// because it loads FFmpeg.
@Command(name = "decode-clip", hidden = true, description = "Decodes frames of one video.")
final class DecodeClipCommand implements Callable<Integer> {
  @Option(names = "--video", paramLabel = "FILE", required = true, description = "Which one.")
  private @Nullable Path video;

  @Option(names = "--frames", paramLabel = "T", required = true, description = "How many.")
  private int frames;

  @Option(
      names = "--short-side",
      paramLabel = "PIXELS",
      required = true,
      description = "What frames are shrunk to.")
  private int shortSide;

  @Option(names = "--into", paramLabel = "FILE", required = true, description = "Where to.")
  private @Nullable Path into;

  @Override
  public Integer call() {
    Logging.quiet();
    Path file = Usage.given("--into", into);
    byte[] record =
        ClipBatchSerde.encode(VideoClip.read(Usage.given("--video", video), frames, shortSide));
    try {
      Files.write(file, record);
    } catch (IOException e) {
      throw ServiceException.environment(
          "file '" + file + "' cannot be written: " + e.getMessage(), e);
    }
    return 0;
  }
}
