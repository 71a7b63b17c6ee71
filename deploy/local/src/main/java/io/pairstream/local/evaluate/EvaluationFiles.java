package io.pairstream.local.evaluate;

import io.pairstream.ops.ServiceException;
import io.pairstream.trainer.evaluation.Calibration;
import io.pairstream.trainer.evaluation.Results;
import io.pairstream.watch.picture.CalibrationChart;
import io.pairstream.watch.picture.ConfusionPicture;
import io.pairstream.watch.picture.HueChart;
import io.pairstream.wire.ViewMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The folder that an evaluation leaves: `report.json`, `predictions.csv`, `per-class.csv`,
/// `confusion.csv` and `.png`, `calibration.csv` and `.png`, `flaws.csv`, with a curve `hue.csv`
/// and `.png`, and the decoding process's log in `logs/`.
///
/// @param folder which one
public record EvaluationFiles(Path folder) {
  private static final List<String> OF_CURVE = List.of("hue.csv", "hue.png");

  /// Makes the folder.
  ///
  /// @throws ServiceException (3) if it cannot be made
  public static EvaluationFiles in(Path folder) {
    EvaluationFiles files = new EvaluationFiles(folder);
    try {
      Files.createDirectories(files.logs());
      return files;
    } catch (IOException e) {
      throw files.cannotWrite(e);
    }
  }

  public Path logs() {
    return folder.resolve("logs");
  }

  /// Writes everything.
  ///
  /// @throws ServiceException (3) if something cannot be written
  public void write(Evaluation.Outcome outcome, EvaluationReport report) {
    List<String> names = outcome.header().classNames();
    try {
      predictions(outcome.results(), names);
      classes(outcome.results(), names);
      confusion(outcome.results(), names);
      calibration(outcome.results().calibration(Calibration.BINS));
      flaws(outcome.flaws());
      hues(outcome);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
    report.write(folder.resolve("report.json"));
  }

  private ServiceException cannotWrite(IOException e) {
    return ServiceException.environment(
        "the folder " + folder + " cannot be written: " + e.getMessage(), e);
  }

  private void predictions(Results results, List<String> names) throws IOException {
    CsvTable table =
        new CsvTable(
            "clip",
            "label",
            "class",
            "predicted",
            "predicted_class",
            "probability",
            "label_probability",
            "top5");
    for (Results.Video video : results.videos()) {
      table.row(
          video.clipId(),
          video.label(),
          names.get(video.label()),
          video.predicted(),
          names.get(video.predicted()),
          video.confidence(),
          video.probabilities()[video.label()],
          video.best(5).stream().map(String::valueOf).collect(Collectors.joining(" ")));
    }
    table.write(folder.resolve("predictions.csv"));
  }

  private void classes(Results results, List<String> names) throws IOException {
    CsvTable table =
        new CsvTable(
            "label", "class", "videos", "top1", "top5", "predicted", "recall", "precision");
    for (Results.OfClass one : results.byClass()) {
      table.row(
          one.label(),
          names.get(one.label()),
          one.videos(),
          one.top1(),
          one.top5(),
          one.predicted(),
          one.recall(),
          one.precision());
    }
    table.write(folder.resolve("per-class.csv"));
  }

  private void confusion(Results results, List<String> names) throws IOException {
    int[][] counts = results.confusion();
    List<String> head = new ArrayList<>(List.of("class"));
    head.addAll(names);
    CsvTable table = new CsvTable(head.toArray(String[]::new));
    for (int label = 0; label < counts.length; label++) {
      List<Object> row = new ArrayList<>(List.of(names.get(label)));
      for (int count : counts[label]) {
        row.add(count);
      }
      table.row(row.toArray());
    }
    table.write(folder.resolve("confusion.csv"));
    ConfusionPicture.write(folder.resolve("confusion.png"), names, counts);
  }

  private void calibration(Calibration calibration) throws IOException {
    CsvTable table = new CsvTable("above", "up_to", "videos", "confidence", "accuracy");
    for (Calibration.Bin bin : calibration.bins()) {
      table.row(bin.from(), bin.to(), bin.answers(), bin.meanConfidence(), bin.accuracy());
    }
    table.write(folder.resolve("calibration.csv"));
    List<CalibrationChart.Bar> bars =
        calibration.bins().stream()
            .map(bin ->
                new CalibrationChart.Bar(bin.answers(), bin.meanConfidence(), bin.accuracy()))
            .toList();
    CalibrationChart.write(folder.resolve("calibration.png"), bars, calibration.error());
  }

  private void flaws(List<ViewMessage.Flaw> flaws) throws IOException {
    CsvTable table = new CsvTable("clip", "path", "cause", "tested");
    for (ViewMessage.Flaw flaw : flaws) {
      table.row(flaw.clip(), flaw.path(), flaw.cause(), flaw.used());
    }
    table.write(folder.resolve("flaws.csv"));
  }

  private void hues(Evaluation.Outcome outcome) throws IOException {
    if (outcome.hues().isEmpty()) {
      // Those of an earlier evaluation would be taken for this one's.
      for (String name : OF_CURVE) {
        Files.deleteIfExists(folder.resolve(name));
      }
      return;
    }
    CsvTable table = new CsvTable("degrees", "videos", "top1", "top5");
    TreeMap<Integer, Double> top1 = new TreeMap<>();
    outcome
        .hues()
        .forEach((degrees, counts) -> {
          table.row(degrees, counts.videos(), counts.top1Share(), counts.top5Share());
          top1.put(degrees, counts.top1Share());
        });
    table.write(folder.resolve(OF_CURVE.getFirst()));
    HueChart.write(folder.resolve(OF_CURVE.getLast()), top1);
  }
}
