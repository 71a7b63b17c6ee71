package io.pairstream.local.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// A recipe trains, as small as the command line says, and a run goes on with what it began with.
@Execution(ExecutionMode.CONCURRENT)
class RecipeIT {
  private static final String RECIPE = "tsm-hmdb51-mca";

  @TempDir static Path folder;

  private static String run(Path out, int code, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of("run", "--out=" + out, "--report=" + folder.resolve("report")));
    arguments.addAll(List.of(more));
    Path log = Files.createTempFile(folder, "run", ".log");
    try (PairstreamProcess process =
        PairstreamProcess.start(log, arguments.toArray(String[]::new))) {
      return process.requireExit(code);
    }
  }

  @Test
  void aRecipeTrainsWithWhatIsOverriddenAndIsKeptWhenTheRunGoesOn() throws Exception {
    Path out = folder.resolve("out");
    run(
        out,
        0,
        "--dataset=" + SmallVideos.draw(folder.resolve("videos"), 4, 1),
        "--recipe=" + RECIPE,
        "--model=tsm-resnet18-narrow",
        "--frames=4",
        "--height=32",
        "--width=32",
        "--clips-per-batch=2",
        "--accumulate=2",
        "--partitions=2",
        "--epochs=1",
        "--threads=1");
    JsonNode first = RunFiles.report(folder.resolve("report"));
    assertThat(first.path("recipe").asText()).isEqualTo(RECIPE);
    assertThat(first.path("batches").asLong()).isEqualTo(4);
    assertThat(first.path("steps").asLong()).isEqualTo(2);
    JsonNode options = RunFiles.report(checkpoint(out)).path("options");
    // From the recipe, but the last one.
    assertThat(options.path("alignment-weight").asDouble()).isEqualTo(3);
    assertThat(options.path("batch-norm").asText()).isEqualTo("per-half");
    assertThat(options.path("schedule").asText()).contains("20.0, 40.0");
    assertThat(options.path("optimizer").asText()).isEqualTo("sgd 0.9");
    assertThat(options.path("mca").asBoolean()).isTrue();
    assertThat(options.path("accumulate").asInt()).isEqualTo(2);

    assertThat(run(out, 2, "--resume", "--recipe=tsm-ucf101"))
        .contains("began with recipe '" + RECIPE + "'");
    // The recipe has 50 epochs and pictures of 224 pixels; what was given at first still counts.
    run(out, 0, "--resume", "--recipe=" + RECIPE, "--epochs=2");
    JsonNode second = RunFiles.report(folder.resolve("report"));
    assertThat(second.path("batches").asLong()).isEqualTo(8);
    assertThat(second.path("missing").asLong()).isZero();
    assertThat(RunFiles.report(checkpoint(out)).path("options")).isEqualTo(options);
  }

  private static Path checkpoint(Path out) {
    return out.resolve("checkpoints/main/latest/checkpoint.json");
  }
}
