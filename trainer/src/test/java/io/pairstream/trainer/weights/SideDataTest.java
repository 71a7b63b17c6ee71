package io.pairstream.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What trainers keep beside their weights decides nothing, whatever it is.
class SideDataTest {
  @TempDir private Path folder = Path.of("");

  private static WeightFile read(String name) throws IOException {
    try (InputStream in = SideDataTest.class.getResourceAsStream("side-data/" + name)) {
      return WeightFile.read(
          RandomBytes.of(Objects.requireNonNull(in).readAllBytes()), Optional.empty());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "plain-ok, model, epoch, 1",
    "namespace, model, args, 'an object of argparse.Namespace, not made'",
    "path, state_dict, save_dir, 'an object of pathlib.PosixPath, not made'",
    "rng, model, torch_rng_state, 'a tensor int64 [16]'",
    "ema-only, state_dict_ema, epoch, 1"
  })
  void theWeightsAreFoundAndTheRestIsTold(String name, String place, String other, String told)
      throws IOException {
    try (WeightFile file = read(name + ".pth")) {
      assertThat(file.place()).isEqualTo(place);
      assertThat(file.tensors()).containsOnlyKeys("conv1.weight", "new_fc.weight", "new_fc.bias");
      assertThat(file.others()).containsEntry(other, told);
    }
  }

  private void drawn(Path file, Optional<String> key, String place, double first)
      throws IOException {
    try (WeightFile weights = WeightFile.open(file, key)) {
      String name = file.getFileName().toString();
      assertThat(weights.place()).as(name).isEqualTo(place);
      double[] values =
          Values.of(Objects.requireNonNull(weights.tensors().get("new_fc.weight")).dense());
      assertThat(values)
          .as(name)
          .containsExactly(IntStream.range(0, 20).mapToDouble(i -> i + first).toArray());
      assertThat(weights.tensors()).as(name).containsKey("conv1.weight");
      if (!name.equals("top.pth")) {
        assertThat(weights.tensors()).as(name).hasSize(2);
      }
    }
  }

  private List<Path> drawnFiles() throws IOException {
    Python.run("draw_side_data.py", folder);
    try (var files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @Test
  void pythonsOwnObjectsBesideTheWeightsDoNotMatter() throws IOException {
    List<Path> files = drawnFiles();
    List<Path> beside =
        files.stream().filter(file -> file.getFileName().toString().startsWith("beside")).toList();
    assertThat(beside).hasSizeGreaterThan(35);
    for (Path file : beside) {
      drawn(file, Optional.empty(), "state_dict", 0);
    }
    drawn(folder.resolve("found-unknown-key.pth"), Optional.empty(), "generator", 0);
    drawn(folder.resolve("found-nested.pth"), Optional.empty(), "checkpoint.state_dict", 0);
    drawn(folder.resolve("found-inner.pth"), Optional.empty(), "model.state_dict", 0);
    drawn(folder.resolve("found-odd-dicts.pth"), Optional.empty(), "state_dict", 0);
    drawn(folder.resolve("top.pth"), Optional.empty(), "", 0);
    drawn(folder.resolve("average-nested.pth"), Optional.empty(), "ema.module", 1);
  }

  @Test
  void whichWeightsAreMeantCanBeChosen() throws IOException {
    drawnFiles();
    Path both = folder.resolve("beside-model_ema.pth");
    drawn(both, Optional.of("model_ema"), "model_ema", 1);
    drawn(folder.resolve("found-inner.pth"), Optional.of("model.ema"), "model.ema", 1);
    drawn(folder.resolve("several.pth"), Optional.of("teacher"), "teacher", 1);
    drawn(folder.resolve("top.pth"), Optional.of("."), "", 0);
    try (WeightFile file = WeightFile.open(both)) {
      assertThat(file.others())
          .containsEntry("model_ema", "a dict of 2, weights too: --weights-key model_ema");
    }
    refused("several.pth", "", "choose one of student, teacher with --weights-key");
    refused(
        "several.pth",
        "ema",
        "--weights-key ema: nothing is there; weights are under student, teacher, it has"
            + " 'student', 'teacher'");
    refused("found-nested.pth", "checkpoint.epoch", "3 and no dict of tensors is there");
    refused("object.pth", "", "'model' is an object of 'torch.nn.modules.container.Sequential'");
    refused("whole.pth", "", "it holds an object of 'torch.nn.modules.container.Sequential'");
  }

  private void refused(String name, String key, String saying) {
    Optional<String> chosen = key.isEmpty() ? Optional.empty() : Optional.of(key);
    assertThatThrownBy(() -> WeightFile.open(folder.resolve(name), chosen).close())
        .isInstanceOf(WeightFormatException.class)
        .hasMessageStartingWith(folder.resolve(name) + ": ")
        .hasMessageContaining(saying);
  }
}
