package io.pairstream.producer.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/// The frames that the ffmpeg program decodes from a file, one after the other.
final class ProgramFrames implements AutoCloseable {
  private final Process process;
  private final InputStream frames;

  private ProgramFrames(Process process) {
    this.process = process;
    this.frames = process.getInputStream();
  }

  static ProgramFrames start(FfmpegProgram ffmpeg, Path file) throws IOException {
    List<String> arguments =
        List.of(
            "-v",
            "quiet",
            "-nostdin",
            "-threads",
            "1",
            "-i",
            file.toString(),
            "-an",
            "-fps_mode",
            "passthrough",
            "-pix_fmt",
            "rgb24",
            "-f",
            "rawvideo",
            "-");
    return new ProgramFrames(
        ffmpeg.command(arguments).redirectError(ProcessBuilder.Redirect.DISCARD).start());
  }

  byte[] next(int bytes) {
    try {
      return frames.readNBytes(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void assertNextEquals(RgbFrame frame, Path file) {
    byte[] ours = new byte[frame.bytes()];
    frame.copyTo(ours, 0);
    assertThat(ours).as("frame %d of %s", frame.index(), file).isEqualTo(next(ours.length));
  }

  void assertNoMore() throws IOException {
    assertThat(frames.read()).as("bytes after the last frame").isEqualTo(-1);
  }

  @Override
  public void close() {
    process.destroy();
  }
}
