package io.pairstream.local.command;

import io.pairstream.clip.ClipBatch;
import io.pairstream.ops.ServiceException;
import io.pairstream.process.Child;
import io.pairstream.process.ChildSpec;
import io.pairstream.process.CrashedException;
import io.pairstream.process.JavaCommand;
import io.pairstream.process.Program;
import io.pairstream.process.Supervisor;
import io.pairstream.wire.ClipBatchSerde;
import io.pairstream.wire.MalformedRecordException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// A clip of a video that a child process has decoded: this one may augment it on a GPU, and a
/// process holds one native library.
final class DecodedClip {
  private static final String NAME = "decode-clip";

  private DecodedClip() {}

  /// Frames from all over a video, a batch of one clip.
  ///
  /// @param frames T
  /// @param shortSide what frames are shrunk to, in pixels
  /// @throws ServiceException in the child's words if it cannot decode the video
  static ClipBatch of(Path video, int frames, int shortSide) throws InterruptedException {
    try {
      Path folder = Files.createTempDirectory("pairstream-clip");
      try {
        return decoded(video, frames, shortSide, folder);
      } finally {
        remove(folder);
      }
    } catch (IOException e) {
      throw ServiceException.environment(
          "the temporary folder cannot be used: " + e.getMessage(), e);
    }
  }

  private static ClipBatch decoded(Path video, int frames, int shortSide, Path folder)
      throws InterruptedException, IOException {
    Path record = folder.resolve("clip.safetensors");
    List<String> line =
        List.of(
            NAME,
            "--video=" + video,
            "--frames=" + frames,
            "--short-side=" + shortSide,
            "--into=" + record);
    // Its log goes with the folder: what it has to say is in its last words.
    try (Supervisor supervisor = new Supervisor(JavaCommand.pairstream(), folder, _ -> {})) {
      Child child =
          supervisor.start(new ChildSpec(NAME, ChildSpec.Stage.PRODUCER, Program.VIEWS, line, 0));
      supervisor.await(List.of(child), () -> {});
      return ClipBatchSerde.decode(Files.readAllBytes(record));
    } catch (CrashedException e) {
      throw ServiceException.environment(
          "the process that decodes '" + video + "' crashed: " + e.getMessage(), e);
    } catch (MalformedRecordException e) {
      throw new IllegalStateException("the process that decodes speaks another language", e);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> content = Files.list(folder)) {
      for (Path file : content.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(folder);
  }
}
