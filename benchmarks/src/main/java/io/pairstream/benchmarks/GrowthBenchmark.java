package io.pairstream.benchmarks;

import io.pairstream.cli.Main;
import io.pairstream.producer.video.VideoWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Whether a service grows: its live heap after a collection, and its resident memory less the
/// committed heap, at batch 200 against batch 2,000, looked at from outside with default flags. A
/// ratio of 0.91 or more is at most 10 % of growth.
final class GrowthBenchmark implements Benchmark {
  private static final int EARLY = 200;
  private static final int LATE = 2_000;
  private static final int CLIPS = 880;
  private static final int SIZE = 32;
  private static final List<String> SERVICES = List.of("producer", "augmenter", "trainer");
  private static final Pattern BATCHES =
      Pattern.compile("^pairstream_batches_total\\{[^}]*} ([0-9.eE+]+)$", Pattern.MULTILINE);
  private static final Pattern HEAP = Pattern.compile("(?:committed|total) (\\d+)K");
  private static final Pattern LIVE = Pattern.compile("Total +\\d+ +(\\d+)");

  /// Megabytes.
  private record Memory(double liveHeap, double besideHeap) {}

  @Override
  public String name() {
    return "pipeline";
  }

  @Override
  public List<Row> run() throws Exception {
    Path folder = Files.createTempDirectory("pairstream-growth");
    Process run = null;
    try {
      draw(folder.resolve("dataset"));
      run = start(folder);
      return rows(measure(run, folder.resolve("out/work"), folder.resolve("run.log")));
    } finally {
      if (run != null) {
        run.destroy();
        run.waitFor(1, TimeUnit.MINUTES);
      }
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static void draw(Path folder) throws IOException {
    byte[] frame = new byte[SIZE * SIZE * 3];
    for (int i = 0; i < CLIPS; i++) {
      Path file = folder.resolve(i % 2 == 0 ? "even" : "odd").resolve("clip-" + i + ".mp4");
      Files.createDirectories(file.resolveSibling(""));
      try (VideoWriter writer = VideoWriter.open(file, VideoWriter.VideoFormat.h264(SIZE, SIZE))) {
        for (int t = 0; t < 8; t++) {
          for (int at = 0; at < frame.length; at++) {
            frame[at] = (byte) (at * (i % 2 + 1) + t * 9 + i);
          }
          writer.write(frame);
        }
      }
    }
  }

  private static Process start(Path folder) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(
        List.of(
            "run",
            "--dataset=" + folder.resolve("dataset"),
            "--out=" + folder.resolve("out"),
            "--model=tsm-resnet18-narrow",
            "--frames=4",
            "--height=" + SIZE,
            "--width=" + SIZE,
            "--clips-per-batch=4",
            "--validation-share=0.02",
            "--threads=1",
            "--epochs=30"));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("run.log").toFile())
        .start();
  }

  private static Map<String, List<Memory>> measure(Process run, Path work, Path log)
      throws Exception {
    Map<String, List<Memory>> measured = new LinkedHashMap<>();
    SERVICES.forEach(service -> measured.put(service, new ArrayList<>()));
    try (HttpClient http = HttpClient.newHttpClient()) {
      while (measured.values().stream().anyMatch(two -> two.size() < 2)) {
        if (!run.isAlive()) {
          throw new IllegalStateException("the run has ended early: " + Files.readString(log));
        }
        for (String service : SERVICES) {
          List<Memory> so = measured.getOrDefault(service, List.of());
          int due = so.isEmpty() ? EARLY : LATE;
          if (so.size() < 2 && batches(http, work.resolve(service + ".port")) >= due) {
            so.add(median(pid(run, work.resolve(service + ".port"))));
          }
        }
        Thread.sleep(Duration.ofMillis(20));
      }
    }
    return measured;
  }

  private static double batches(HttpClient http, Path portFile) throws InterruptedException {
    try {
      if (!Files.exists(portFile)) {
        return 0;
      }
      URI uri = URI.create("http://127.0.0.1:" + Files.readString(portFile).strip() + "/metrics");
      String metrics =
          http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
              .body();
      Matcher found = BATCHES.matcher(metrics);
      return found.find() ? Double.parseDouble(found.group(1)) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /// The child that was told to write this file; the arguments of a process are in /proc.
  private static long pid(Process run, Path portFile) {
    return run.descendants()
        .filter(child -> arguments(child.pid()).contains(portFile.toString()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no process of " + portFile))
        .pid();
  }

  private static String arguments(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }

  /// The middle one of three looks, a moment apart: the compiler takes some megabytes for a method
  /// and gives them back.
  private static Memory median(long pid) throws IOException, InterruptedException {
    double[] live = new double[3];
    double[] beside = new double[3];
    for (int look = 0; look < 3; look++) {
      Memory memory = memory(pid);
      live[look] = memory.liveHeap();
      beside[look] = memory.besideHeap();
      Thread.sleep(Duration.ofMillis(300));
    }
    Arrays.sort(live);
    Arrays.sort(beside);
    return new Memory(live[1], beside[1]);
  }

  /// The histogram's total is what a collection has left, without what was made since.
  private static Memory memory(long pid) throws IOException, InterruptedException {
    Matcher live = LIVE.matcher(jcmd(pid, "GC.class_histogram"));
    Matcher heap = HEAP.matcher(jcmd(pid, "GC.heap_info"));
    if (!live.find() || !heap.find()) {
      throw new IllegalStateException("no heap of process " + pid);
    }
    double committed = Double.parseDouble(heap.group(1)) / 1024;
    double used = Double.parseDouble(live.group(1)) / (1 << 20);
    double resident =
        Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
            .filter(line -> line.startsWith("VmRSS"))
            .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
            .findFirst()
            .orElseThrow();
    return new Memory(used, resident - committed);
  }

  private static String jcmd(long pid, String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                command)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }

  private static List<Row> rows(Map<String, List<Memory>> measured) {
    List<Row> rows = new ArrayList<>();
    measured.forEach((service, two) -> {
      String ceiling = "batch " + LATE;
      rows.add(
          new Row(
              "growth-" + service + "-live-heap",
              two.get(0).liveHeap(),
              "MB",
              ceiling,
              two.get(1).liveHeap()));
      rows.add(
          new Row(
              "growth-" + service + "-resident",
              two.get(0).besideHeap(),
              "MB",
              ceiling,
              two.get(1).besideHeap()));
    });
    return rows;
  }
}
