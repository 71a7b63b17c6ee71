package io.pairstream.local.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.testing.Require;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Videos as people have them, from the file to the checkpoint.
@Execution(ExecutionMode.CONCURRENT)
class RealVideosIT {
  /// Files of `broken/` that hold no frame at all; the others are used for as many as they have.
  private static final List<String> WITHOUT_FRAMES =
      List.of(
          "audio_only.mp4",
          "git_lfs_pointer.mp4",
          "html_404_page.mp4",
          "moov_cut_in_half.mp4",
          "moov_only_no_mdat.mp4",
          "moov_removed.mp4",
          "random_bytes.mp4",
          "text_renamed.mp4",
          "truncated_half_moov_last.mp4",
          "zero_bytes.mp4");

  private static final int EPOCHS = 2;

  @TempDir static Path folder;

  @Test
  void anyContainerAndCodecIsTrainedOnAndBrokenFilesAreToldAndPassedBy() throws Exception {
    List<Path> files = new ArrayList<>(files(Require.shared("clips/real")));
    files.addAll(files(Require.shared("clips/broken")));
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      lines.add(files.get(i) + " -1 " + i % 2);
    }
    Path list = Files.write(folder.resolve("all.txt"), lines);
    JsonNode report = run("all", "--dataset=" + list);
    assertThat(report.get("rejected").asInt()).isEqualTo(WITHOUT_FRAMES.size());
    assertThat(report.get("clips").asInt())
        .isEqualTo(EPOCHS * (files.size() - WITHOUT_FRAMES.size()));
    assertThat(report.at("/services/producer/damaged").asInt()).isPositive();
    requireWhole(report);
  }

  @Test
  void theLayoutOfUcf101IsReadFromItsListFiles() throws Exception {
    JsonNode report =
        run("ucf", "--dataset=" + Require.shared("clips/labelled/ucf_like"), "--seed=3");
    assertThat(report.get("rejected").asInt()).isZero();
    assertThat(report.at("/services/producer/validationClips").asInt()).isPositive();
    assertThat(report.get("top1").isNumber()).isTrue();
    requireWhole(report);
  }

  private static JsonNode run(String name, String... more) throws Exception {
    Path report = folder.resolve(name + ".json");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "run",
                "--model=tsm-resnet18-narrow",
                "--frames=4",
                "--height=48",
                "--width=48",
                "--clips-per-batch=4",
                "--threads=1",
                "--epochs=" + EPOCHS,
                "--out=" + folder.resolve(name),
                "--report=" + report));
    arguments.addAll(List.of(more));
    PairstreamProcess.run(folder.resolve(name + ".log"), arguments.toArray(String[]::new));
    return RunFiles.report(report);
  }

  private static void requireWhole(JsonNode report) {
    for (String none : List.of("missing", "duplicates", "corrupt")) {
      assertThat(report.get(none).asInt()).as(none).isZero();
    }
    assertThat(report.get("steps").asInt())
        .isEqualTo(report.get("batches").asInt() - report.get("skipped").asInt());
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
