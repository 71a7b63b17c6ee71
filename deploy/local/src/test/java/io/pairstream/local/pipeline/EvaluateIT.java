package io.pairstream.local.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// A small run, and what an evaluation says of the model that it trained.
@Execution(ExecutionMode.CONCURRENT)
class EvaluateIT {
  private static final int VALIDATION = 20;

  @TempDir static Path folder;
  private static Path videos = Path.of("");
  private static Path checkpoint = Path.of("");

  @BeforeAll
  static void trainAModel() throws Exception {
    videos = SmallVideos.draw(folder.resolve("videos"), 11, VALIDATION / 2);
    Path run = folder.resolve("run");
    PairstreamProcess.run(
        folder.resolve("run.log"),
        "run",
        "--dataset=" + videos,
        "--frames=4",
        "--height=32",
        "--width=32",
        "--clips-per-batch=4",
        "--epochs=3",
        "--mean=0.4,0.5,0.3",
        "--std=0.2,0.25,0.3",
        "--model=tsm-resnet18-narrow",
        "--optimizer=adamw",
        "--learning-rate=0.003",
        "--channel-order=bgr",
        "--threads=1",
        "--out=" + run,
        "--report=" + run.resolveSibling("run.json"));
    checkpoint = run.resolve("checkpoints").resolve("main").resolve("latest");
  }

  private static String[] evaluate(Path out, String... more) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--threads=1", "--out=" + out));
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private static JsonNode evaluated(String name, String... more) throws Exception {
    Path out = folder.resolve(name);
    PairstreamProcess.run(folder.resolve(name + ".log"), evaluate(out, more));
    return RunFiles.report(out.resolve("report.json"));
  }

  /// Runs an evaluation that fails.
  private static String refused(String name, int code, String... more) throws Exception {
    try (PairstreamProcess process =
        PairstreamProcess.start(
            folder.resolve(name + ".log"), evaluate(folder.resolve(name), more))) {
      return process.requireExit(code);
    }
  }

  @Test
  void theTrainersOwnProtocolGivesItsOwnAccuracy() throws Exception {
    JsonNode report =
        evaluated("same", "--checkpoint=" + checkpoint, "--dataset=" + videos, "--hue-curve=120");
    JsonNode trainer =
        RunFiles.report(folder.resolve("run.json")).at("/services/trainer/validation/validation");
    assertThat(trainer.get("clips").asInt()).isEqualTo(VALIDATION);
    assertThat(report.get("videos").asInt()).isEqualTo(VALIDATION);
    assertThat(report.get("listed").asInt()).isEqualTo(VALIDATION);
    assertThat(report.get("top1")).isEqualTo(trainer.get("top1"));
    assertThat(report.get("top5")).isEqualTo(trainer.get("top5"));
    assertThat(report.get("hue")).hasSize(3);
    assertThat(report.at("/hue/0/degrees").asInt()).isZero();
    assertThat(report.at("/hue/0/top1")).isEqualTo(report.get("top1"));

    Path out = folder.resolve("same");
    List<String> predictions = Files.readAllLines(out.resolve("predictions.csv"));
    assertThat(predictions).hasSize(1 + VALIDATION);
    long right =
        predictions.stream().skip(1).filter(line -> line.matches(".*,(\\d),\\w+,\\1,.*")).count();
    assertThat((double) right / VALIDATION).isEqualTo(report.get("top1").asDouble());
    for (String file :
        List.of("per-class.csv", "confusion.csv", "calibration.csv", "hue.csv", "flaws.csv")) {
      assertThat(Files.readAllLines(out.resolve(file))).as(file).isNotEmpty();
    }
    for (String picture : List.of("confusion.png", "calibration.png", "hue.png")) {
      assertThat(javax.imageio.ImageIO.read(out.resolve(picture).toFile())).isNotNull();
    }
  }

  @Test
  void aFileOfWeightsAndMoreViewsOfAVideo() throws Exception {
    JsonNode one =
        evaluated(
            "file",
            "--checkpoint=" + checkpoint.resolve("model.safetensors"),
            "--model=tsm-resnet18-narrow",
            "--channel-order=bgr",
            "--frames=4",
            "--height=32",
            "--width=32",
            "--mean=0.4,0.5,0.3",
            "--std=0.2,0.25,0.3",
            "--dataset=" + videos);
    JsonNode trainer =
        RunFiles.report(folder.resolve("run.json")).at("/services/trainer/validation/validation");
    assertThat(one.get("top1")).isEqualTo(trainer.get("top1"));
    assertThat(one.has("hue")).isFalse();

    JsonNode many =
        evaluated(
            "many",
            "--checkpoint=" + checkpoint.getParent(),
            "--dataset=" + videos,
            "--sampling=slowfast",
            "--clips=2",
            "--crops=3",
            "--short-side=40",
            "--views-per-pass=5");
    assertThat(many.get("views").asInt()).isEqualTo(6 * VALIDATION);
    assertThat(many.get("videos").asInt()).isEqualTo(VALIDATION);
    assertThat(many.get("ece").asDouble()).isBetween(0.0, 1.0);
  }

  @Test
  void videosThatCannotBeReadAreToldAndStayInTheDenominator() throws Exception {
    Path broken = SmallVideos.draw(folder.resolve("broken"), 1, 10);
    Files.writeString(broken.resolve("val/left/clip-1003.mp4"), "no video");
    JsonNode report = evaluated("flawed", "--checkpoint=" + checkpoint, "--dataset=" + broken);
    assertThat(report.get("listed").asInt()).isEqualTo(20);
    assertThat(report.get("videos").asInt()).isEqualTo(19);
    assertThat(report.get("rejected").asInt()).isEqualTo(1);
    assertThat(report.get("top1OfListed").asDouble())
        .isCloseTo(report.get("top1").asDouble() * 19 / 20, within(1e-12));
    assertThat(Files.readString(folder.resolve("flawed").resolve("flaws.csv")))
        .contains("val/left/clip-1003.mp4");
    assertThat(
            refused(
                "too-bad",
                4,
                "--checkpoint=" + checkpoint,
                "--dataset=" + broken,
                "--max-bad-ratio=0"))
        .contains("pairstream: 1 of the 20 videos cannot be used")
        .contains("val/left/clip-1003.mp4");
  }

  @Test
  void labelsThatMeanSomethingElseAreRefused() throws Exception {
    Path other = folder.resolve("other");
    for (String part : List.of("train", "val")) {
      for (String label : List.of("left", "up")) {
        Files.createDirectories(other.resolve(part).resolve(label));
        String video = "left/clip-%s.mp4".formatted(part.equals("val") ? "1000" : "0000");
        Files.copy(
            videos.resolve(part).resolve(video), other.resolve(part).resolve(label + "/a.mp4"));
      }
    }
    assertThat(refused("other", 2, "--checkpoint=" + checkpoint, "--dataset=" + other))
        .contains("pairstream: label 1 is 'right' to ")
        .contains("and 'up' in the dataset");
  }

  @Test
  void aDecodingProcessThatDiesIsOneSentenceAndNoneOutlivesTheCommand() throws Exception {
    String[] slow =
        evaluate(
            folder.resolve("killed"),
            "--checkpoint=" + checkpoint,
            "--dataset=" + videos,
            "--frames=16",
            "--height=96",
            "--width=96",
            "--clips=20");
    try (PairstreamProcess process = PairstreamProcess.start(folder.resolve("killed.log"), slow)) {
      awaitDecoder(process).destroyForcibly();
      assertThat(process.requireExit(3))
          .contains("pairstream: the producer of the views")
          .contains("views.log");
    }
    try (PairstreamProcess process = PairstreamProcess.start(folder.resolve("orphan.log"), slow)) {
      ProcessHandle decoder = awaitDecoder(process);
      process.kill();
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !decoder.isAlive());
    }
  }

  private static ProcessHandle awaitDecoder(PairstreamProcess process) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> process.child().isPresent());
    return process.child().orElseThrow();
  }
}
