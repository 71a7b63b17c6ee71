package io.pairstream.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pairstream.cli.Commands;
import io.pairstream.local.demo.DemoDataset;
import io.pairstream.local.demo.VideoFiles;
import java.awt.image.BufferedImage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DatasetInspectCommandTest {
  @TempDir private Path folder = Path.of("");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(String... arguments) {
    CommandLine line = Commands.line(Map.of());
    line.setErr(new PrintWriter(err, true));
    line.setOut(new PrintWriter(out, true));
    return line.execute(arguments);
  }

  private Path file(String name, String text) throws Exception {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  @Test
  void peopleReadWhatWasRecognisedAndWhatWasNot() throws Exception {
    file("train/run/1.mp4", "1");
    file("train/run/1.srt", "1");
    file("train/walk/1.mp4", "1");
    file("val/walk/2.mp4", "2");
    Files.createSymbolicLink(folder.resolve("train/walk/gone.mp4"), Path.of("nowhere"));
    assertThat(execute("dataset", "inspect", folder.toString())).as(err.toString()).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "dataset %s: folder (it has train with class folders), 2 classes, clips: training 3, validation 1"
                .formatted(folder),
            "passed over: 1 subtitles, sound and arrays beside videos",
            "1 of the clips have no video there: each will be rejected",
            "classes: run, walk");
  }

  @Test
  void programsReadOneObject() throws Exception {
    file("a.mp4", "a");
    Path list = file("list.txt", "a.mp4 0\na.mp4 0\nb.mp4 2\n");
    assertThat(execute("dataset", "inspect", "--json", "--dataset", list.toString())).isZero();
    JsonNode answer = new ObjectMapper().readTree(out.toString());
    assertThat(answer.path("format").asText()).isEqualTo("list");
    assertThat(answer.path("classes").asInt()).isEqualTo(3);
    assertThat(answer.at("/clips/training").asInt()).isEqualTo(3);
    assertThat(answer.path("missing").asInt()).isEqualTo(1);
    assertThat(answer.at("/classesWithoutTraining/0").asText()).isEqualTo("1");
  }

  @Test
  void whatNobodyClaimsIsExitCode2WithWhatWasLookedFor() throws Exception {
    file("videos/1.mp4", "1");
    file("notes.txt", "1");
    assertThat(execute("dataset", "inspect", folder.toString())).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString())
        .contains("is of no format that is known; it holds notes.txt, videos/")
        .contains("something-v2: no")
        .contains("hmdb51: no CLASS_test_splitN.txt")
        .contains("the only class");
    assertThat(execute("dataset", "inspect")).isEqualTo(2);
    assertThat(err.toString()).contains("option --dataset is missing");
  }

  @Test
  void aClipOfEachClassIsDrawn() throws Exception {
    new DemoDataset(8, 8, 8).draw(folder, 1, new VideoFiles());
    Path sheet = folder.resolve("sheet.png");
    assertThat(
            execute(
                "dataset",
                "inspect",
                folder.toString(),
                "--classes-drawn=2",
                "--pictures=" + sheet))
        .as(err.toString())
        .isZero();
    BufferedImage drawn = ImageIO.read(sheet.toFile());
    assertThat(drawn.getWidth()).isGreaterThan(8 * 2 * 40);
  }
}
