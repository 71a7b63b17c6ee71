package io.pairstream.producer.video;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;

/// The `ffmpeg` program that comes in the same jar as the libraries, unpacked into a folder of its
/// own: an oracle for the reader and a maker of test videos. No service runs it.
public final class FfmpegProgram implements AutoCloseable {
  /// The loader's complaint about a library of the program's capture devices, which a machine
  /// without a screen or a sound card lacks. None of it is ever called: any library will do.
  private static final Pattern LACKING =
      Pattern.compile("error while loading shared libraries: ([^:/]+): cannot open");

  private static final String STAND_IN = "libva-drm.so.2";

  private final Path folder;

  private FfmpegProgram(Path folder) {
    this.folder = folder;
  }

  /// Unpacks the program, which takes about 60 MB in the folder for temporary files.
  public static FfmpegProgram unpack() throws IOException, InterruptedException {
    FfmpegProgram program = new FfmpegProgram(Files.createTempDirectory("pairstream-ffmpeg"));
    try {
      program.copyFromJar();
      program.supplyLibraries();
      return program;
    } catch (IOException | InterruptedException | RuntimeException e) {
      program.close();
      throw e;
    }
  }

  private void copyFromJar() throws IOException {
    String place = "org/bytedeco/ffmpeg/" + Loader.getPlatform() + "/";
    URL url = FfmpegProgram.class.getResource("/" + place + executable());
    if (url == null || !(url.openConnection() instanceof JarURLConnection jar)) {
      throw new IOException("no ffmpeg program for " + Loader.getPlatform());
    }
    jar.setUseCaches(false);
    try (java.util.jar.JarFile file = jar.getJarFile()) {
      for (java.util.jar.JarEntry entry : file.stream().toList()) {
        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        boolean wanted = entry.getName().startsWith(place) && !entry.isDirectory();
        if (wanted && !name.startsWith("libjni") && !name.startsWith("jni")) {
          try (InputStream in = file.getInputStream(entry)) {
            Files.copy(in, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
          }
        }
      }
    }
    if (!folder.resolve(executable()).toFile().setExecutable(true)) {
      throw new IOException("cannot make " + folder.resolve(executable()) + " executable");
    }
  }

  /// Puts a stand-in wherever the program's loader misses a library.
  private void supplyLibraries() throws IOException, InterruptedException {
    while (true) {
      Process process = command(List.of("-version")).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() == 0) {
        return;
      }
      Matcher lacking = LACKING.matcher(said);
      if (!lacking.find() || Files.exists(folder.resolve(lacking.group(1)))) {
        throw new IOException("the ffmpeg program does not start: " + said);
      }
      Files.copy(folder.resolve(STAND_IN), folder.resolve(lacking.group(1)));
    }
  }

  /// The program with these arguments, ready to start.
  public ProcessBuilder command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(folder.resolve(executable()).toString());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("LD_LIBRARY_PATH", folder.toString());
    return builder;
  }

  /// Runs the program to its end.
  ///
  /// @throws IOException with what it said if it failed
  public void run(List<String> arguments) throws IOException, InterruptedException {
    Process process = command(arguments).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("ffmpeg " + String.join(" ", arguments) + " failed: " + said);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("folder " + folder + " cannot be deleted", e);
    }
  }

  private static String executable() {
    return Loader.getPlatform().startsWith("windows") ? "ffmpeg.exe" : "ffmpeg";
  }
}
