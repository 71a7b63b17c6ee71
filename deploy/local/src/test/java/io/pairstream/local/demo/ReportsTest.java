package io.pairstream.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pairstream.local.evaluate.EvaluationReport;
import io.pairstream.local.report.RunReport;
import io.pairstream.local.report.RunTotals;
import io.pairstream.ops.AugmenterReport;
import io.pairstream.ops.DatasetCounts;
import io.pairstream.ops.ProducerReport;
import io.pairstream.ops.Report;
import io.pairstream.ops.ServiceReport;
import io.pairstream.ops.TrainerReport;
import io.pairstream.ops.Versions;
import io.pairstream.verify.Finding;
import io.pairstream.verify.Verification;
import io.pairstream.verify.VerificationAnswer;
import io.pairstream.verify.VerificationReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The keys of each report, in their order: programs read them. Each report can be read back.
class ReportsTest {
  private static final String COUNTS =
      "batches clips skipped missing duplicates corrupt copies held";
  private static final String TOTALS =
      "command run seconds "
          + COUNTS
          + " rejected steps megabytesPerSecond dataWaitShare loss top1 top5 device versions services";

  private static final ProducerReport PRODUCER =
      new ProducerReport(
          "r",
          12.5,
          1,
          2,
          3,
          4,
          5,
          6,
          0,
          DatasetCounts.of("folder", 9, Map.of("it is no video", 4L), Map.of("text files", 1L)),
          Versions.with(Map.entry("ffmpeg", "7")));
  private static final AugmenterReport AUGMENTER =
      new AugmenterReport(
          "r", 1, 2, 3, 4, 5, 6.5, "cpu", "vector", Versions.with(Map.entry("kafka", "4")));
  private static final TrainerReport TRAINER =
      new TrainerReport(
          "r",
          "mca",
          "c3d",
          "yes",
          1e9,
          2,
          3,
          4,
          5,
          6.25,
          0.125,
          7,
          "/c/latest",
          "cpu",
          1,
          Versions.with(Map.entry("libtorch", "2")),
          0.5,
          0.75,
          1.0,
          Map.of("same-colours", new TrainerReport.Tested(8, 0.25, 0.5)));

  private static final Verification VERIFICATION =
      new Verification(
          new Verification.Counts(1, 2, 3, 4, 5, 6, 7, 8),
          1,
          List.of(new Finding.Corrupt(new Finding.Place("r.clips", 0, 1), "cause")));

  @TempDir private Path folder = Path.of("");

  private static Map<String, ServiceReport> services() {
    Map<String, ServiceReport> services = new LinkedHashMap<>();
    services.put("producer", PRODUCER);
    services.put("augmenter-1", AUGMENTER);
    services.put("trainer-mca", TRAINER);
    return services;
  }

  private static RunTotals totals() {
    return RunTotals.of("r", 20, services(), VERIFICATION, "trainer-mca");
  }

  private static JsonNode json(Report report) throws IOException {
    return new ObjectMapper().readTree(report.json());
  }

  private static void requireKeys(JsonNode json, String keys) {
    assertThat(json.fieldNames()).toIterable().containsExactly(keys.split(" "));
  }

  private void requireReadBack(Report report) throws IOException {
    Path file = folder.resolve("report.json");
    report.write(file);
    assertThat(Files.readString(file)).isEqualTo(report.json());
    assertThat(Report.read(file, report.getClass())).isEqualTo(report);
  }

  @Test
  void theProducers() throws IOException {
    requireKeys(
        json(PRODUCER),
        "command run seconds batches clips skipped rejected damaged validationClips"
            + " megabytesPerSecond dataset versions");
    assertThat(PRODUCER.json())
        .startsWith("{\n  \"command\" : \"produce\",\n  \"run\" : \"r\",\n  \"seconds\" : 12.5,\n")
        .contains("\"megabytesPerSecond\" : 0.0,");
    requireKeys(json(PRODUCER).path("versions"), "pairstream ffmpeg java");
    requireReadBack(PRODUCER);
  }

  @Test
  void theAugmenters() throws IOException {
    requireKeys(
        json(AUGMENTER),
        "command run seconds batches clips skipped rejected megabytesPerSecond device kernel"
            + " versions");
    assertThat(json(AUGMENTER).path("command").asText()).isEqualTo("augment");
    requireReadBack(AUGMENTER);
  }

  @Test
  void theTrainers() throws IOException {
    requireKeys(
        json(TRAINER),
        "command run trainer model mca seconds batches clips skipped steps megabytesPerSecond"
            + " dataWaitShare selfChecks checkpoint device threads versions loss top1 top5"
            + " validation");
    assertThat(json(TRAINER).path("command").asText()).isEqualTo("train");
    requireKeys(json(TRAINER).at("/validation/same-colours"), "clips top1 top5");
    requireReadBack(TRAINER);
  }

  @Test
  void aTrainersThatTestedNothing() throws IOException {
    TrainerReport report =
        new TrainerReport(
            "r",
            "main",
            "c3d",
            "no",
            1,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            "/c/latest",
            "cpu",
            1,
            Versions.with(),
            null,
            null,
            null,
            Map.of());
    requireKeys(
        json(report),
        "command run trainer model mca seconds batches clips skipped steps megabytesPerSecond"
            + " dataWaitShare selfChecks checkpoint device threads versions");
    requireReadBack(report);
  }

  @Test
  void aRuns() throws IOException {
    RunReport report = new RunReport(totals(), "mca-quick");
    JsonNode json = json(report);
    requireKeys(json, TOTALS + " recipe");
    assertThat(json.path("command").asText()).isEqualTo("run");
    requireKeys(json.path("services"), "producer augmenter-1 trainer-mca");
    assertThat(json.at("/services/trainer-mca")).isEqualTo(json(TRAINER));
    requireKeys(json.path("versions"), "pairstream ffmpeg java kafka libtorch");
    assertThat(json.path("rejected").asLong()).isEqualTo(9);
    assertThat(json.path("steps").asLong()).isEqualTo(5);
    assertThat(json.path("megabytesPerSecond").asDouble()).isEqualTo(6.5);
    requireReadBack(report);
  }

  @Test
  void aRunsWhoseTrainerLeftNone() throws IOException {
    RunTotals totals =
        RunTotals.of("r", 20, Map.of("producer", PRODUCER), VERIFICATION, "trainer-mca");
    requireKeys(
        json(new RunReport(totals, null)),
        "command run seconds " + COUNTS + " rejected steps megabytesPerSecond versions services");
  }

  @Test
  void aDemos() throws IOException {
    ColourComparison comparison =
        ColourComparison.of(Map.of("t-mca", TRAINER, "t-baseline", TRAINER), "t-");
    SeedReport one = new SeedReport(totals().withTop1(0.375), 3, comparison);
    JsonNode json = json(one);
    requireKeys(json, TOTALS.replace(" top5", "") + " seed comparison");
    assertThat(json.path("command").asText()).isEqualTo("demo");
    requireKeys(json.path("comparison"), "hue-mean same-colours");
    assertThat(json.at("/comparison/hue-mean/mca").asText()).isEqualTo("NaN");
    assertThat(json.at("/comparison/same-colours/baseline").asDouble()).isEqualTo(0.25);
    requireReadBack(one);
    MeanReport both = MeanReport.of(List.of(one, new SeedReport(one.totals(), 4, comparison)), 50);
    requireKeys(
        json(both),
        "command run seconds batches clips skipped rejected missing duplicates corrupt steps"
            + " dataWaitShare top1 device versions comparison runs");
    assertThat(json(both).at("/runs/seed-3")).isEqualTo(json);
    assertThat(both.rejected()).isEqualTo(18);
    requireReadBack(both);
  }

  @Test
  void aVerifications() throws IOException {
    VerificationReport report = new VerificationReport("r", VERIFICATION.counts(), 2);
    requireKeys(json(report), "command run " + COUNTS + " seconds");
    requireReadBack(report);
    VerificationAnswer answer = VerificationAnswer.of(report, VERIFICATION);
    requireKeys(json(answer), "command run " + COUNTS + " seconds whole findings");
  }

  @Test
  void anEvaluations() throws IOException {
    EvaluationReport report =
        new EvaluationReport(
            "c3d",
            "w",
            "d",
            "p",
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            0.5,
            0.5,
            0.5,
            0.5,
            0.5,
            0.5,
            0.5,
            "cpu",
            1,
            Versions.with(),
            0.25,
            List.of(new EvaluationReport.Angle(30, 0.25, 0.5)));
    requireKeys(
        json(report),
        "command model checkpoint dataset protocol seconds listed videos rejected damaged leftOut"
            + " views top1 top5 top1OfListed top5OfListed meanClassTop1 ece nll device threads"
            + " versions hueTurnedTop1 hue");
    requireKeys(json(report).at("/hue/0"), "degrees top1 top5");
    requireReadBack(report);
  }

  @Test
  void whatAServiceWroteIsReadByItsCommandAndUnknownKeysArePassedOver() throws IOException {
    Path file = folder.resolve("service.json");
    Files.writeString(file, AUGMENTER.json().replace("\"seconds\"", "\"new\" : {}, \"seconds\""));
    assertThat(Report.read(file, ServiceReport.class)).isEqualTo(AUGMENTER);
    Files.writeString(file, "[]");
    assertThatThrownBy(() -> Report.read(file, ServiceReport.class))
        .isInstanceOf(IOException.class);
    Files.writeString(file, "{\"command\" : \"train\"}");
    assertThatThrownBy(() -> Report.read(file, ServiceReport.class))
        .isInstanceOf(IOException.class);
  }
}
