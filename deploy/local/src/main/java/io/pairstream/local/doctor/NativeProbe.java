package io.pairstream.local.doctor;

import io.pairstream.augmenter.cuda.CudaDevice;
import io.pairstream.augmenter.cuda.Nvrtc;
import io.pairstream.config.DeviceChoice;
import io.pairstream.ops.ServiceException;
import io.pairstream.process.Child;
import io.pairstream.process.JavaCommand;
import io.pairstream.process.Program;
import io.pairstream.producer.video.Ffmpeg;
import io.pairstream.trainer.torch.TorchRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// A native library that can be tried, in a process that may die of it.
public enum NativeProbe {
  FFMPEG(
      "FFmpeg",
      true,
      "needed to decode videos; the build fetches it for this platform, others with"
          + " -Djavacpp.platform") {
    @Override
    String load() {
      return Ffmpeg.version();
    }
  },
  LIBTORCH(
      "libtorch",
      true,
      "needed to train; the build fetches it for this platform, and it needs a glibc of this decade") {
    @Override
    String load() {
      TorchRuntime runtime = TorchRuntime.start(1);
      String device = runtime.device(new DeviceChoice.Auto()).text();
      return runtime.version()
          + " (DJL "
          + runtime.engineVersion()
          + "), "
          + (device.equals("cpu") ? "on the CPU" : "with GPU " + device);
    }
  },
  CUDA(
      "GPU",
      false,
      "augmenting and training run on the CPU; a GPU needs NVIDIA's driver on this machine") {
    @Override
    String load() {
      return CudaDevice.summary();
    }
  },
  NVRTC(
      "NVRTC",
      false,
      "needed for augmentations in CUDA source files only (--augmentation cuda:FILE)") {
    @Override
    String load() {
      return Nvrtc.find().orElseThrow(Nvrtc::missing).toString();
    }
  };

  private static final long TIMEOUT_SECONDS = 120;

  private final String thing;
  private final boolean needed;
  private final String advice;

  NativeProbe(String thing, boolean needed, String advice) {
    this.thing = thing;
    this.needed = needed;
    this.advice = advice;
  }

  /// Loads the library into this process and says which it is.
  abstract String load();

  /// How the command line calls it.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Loads the library into this process.
  ///
  /// @return its version
  /// @throws ServiceException (3) saying why it cannot be used
  public String loadHere() {
    try {
      return load();
    } catch (IllegalStateException | LinkageError e) {
      throw ServiceException.environment(firstLine(e), e);
    }
  }

  /// Tries the library in a child process.
  ///
  /// @param command whose `probe NAME` calls [#loadHere]
  public Check check(JavaCommand command) {
    try {
      Path output = Files.createTempFile("pairstream-probe", ".txt");
      try {
        return check(command, output);
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      return failed("it cannot be tried: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failed("interrupted");
    }
  }

  private Check check(JavaCommand command, Path output) throws IOException, InterruptedException {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    Process process =
        new ProcessBuilder(command.line("probe", Program.PROBE, List.of("probe", text()), folder))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      return failed("it does not load within " + TIMEOUT_SECONDS + " s");
    }
    List<String> lines = Files.readString(output, StandardCharsets.UTF_8).lines().toList();
    String last = lines.isEmpty() ? "" : lines.getLast();
    if (process.exitValue() == 0) {
      return Check.ok(thing, last);
    }
    return last.startsWith(Child.SENTENCE_PREFIX)
        ? failed(last.substring(Child.SENTENCE_PREFIX.length()))
        : failed("loading it ends the process with exit code " + process.exitValue());
  }

  private Check failed(String cause) {
    String finding = cause + "; " + advice;
    return needed ? Check.missing(thing, finding) : Check.absent(thing, finding);
  }

  private static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
  }
}
