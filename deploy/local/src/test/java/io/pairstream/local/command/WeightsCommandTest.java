package io.pairstream.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pairstream.cli.Commands;
import io.pairstream.testing.Golden;
import io.pairstream.testing.Require;
import io.pairstream.wire.SafeTensors;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class WeightsCommandTest {
  @TempDir private Path folder = Path.of("");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(Object... arguments) {
    CommandLine line = Commands.line(Map.of());
    line.setErr(new PrintWriter(err, true));
    line.setOut(new PrintWriter(out, true));
    return line.execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
  }

  private void refused(String naming, Object... arguments) {
    err.getBuffer().setLength(0);
    assertThat(execute(arguments)).as(err.toString()).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1).allMatch(line -> line.startsWith("pairstream: "));
    assertThat(err.toString()).contains(naming);
  }

  private static Path golden(String name) {
    return Golden.own().resolve("checkpoints").resolve(name);
  }

  @Test
  void inspectTellsFormatPlaceNamesTypesAndWhatIsBesideThem() {
    assertThat(execute("weights", "inspect", golden("tsm_tiny.legacy.pth"))).isZero();
    assertThat(out.toString())
        .contains("is a PyTorch checkpoint of the format before 1.6 with ")
        .contains("values in 'state_dict'")
        .contains("'module.' in front")
        .contains("  base_model.conv1.weight  float32 [8,3,7,7]")
        .contains("  base_model.bn1.num_batches_tracked  int64 []")
        .contains("beside them epoch: 3")
        .contains("beside them arch: 'resnet50'");
  }

  @Test
  void inspectAnswersAProgramWithOneJsonObject() throws Exception {
    assertThat(execute("weights", "inspect", "--json", golden("tsm_tiny.legacy.pth"))).isZero();
    JsonNode json = new ObjectMapper().readTree(out.toString());
    assertThat(json.path("place").asText()).isEqualTo("state_dict");
    assertThat(json.path("prefix").asText()).isEqualTo("module.");
    assertThat(json.path("naming").asText()).isEqualTo("reference");
    assertThat(json.path("tensors").get(0).toString())
        .isEqualTo(
            "{\"name\":\"base_model.conv1.weight\",\"type\":\"float32\",\"shape\":[8,3,7,7]}");
    assertThat(json.path("others").path("arch").asText()).isEqualTo("'resnet50'");
  }

  @Test
  void convertWritesTheSameTensorsUnderTheReferencesNames() throws Exception {
    Path converted = folder.resolve("edge.safetensors");
    assertThat(execute("weights", "convert", golden("edge.zip.pth"), "--out", converted)).isZero();
    SafeTensors read = SafeTensors.decode(Files.readAllBytes(converted));
    assertThat(read.tensors()).hasSize(15).containsKeys("bf16.weight", "expanded");
    out.getBuffer().setLength(0);
    assertThat(execute("weights", "inspect", converted)).isZero();
    assertThat(out.toString())
        .contains("is a safetensors file with 15 tensors")
        .contains("  transposed.weight  float32 [6,4]");
    refused("there already", "weights", "convert", golden("edge.zip.pth"), "--out", converted);
  }

  /// A file of the trainer's tests.
  private static Path sideData(String name) {
    return Require.root()
        .resolve("trainer/src/test/resources/io/pairstream/trainer/weights/side-data")
        .resolve(name);
  }

  @Test
  void theWeightsThatAreMeantCanBeChosen() throws Exception {
    Path both = sideData("state-and-ema.pth");
    assertThat(execute("weights", "inspect", both)).isZero();
    assertThat(out.toString())
        .contains(" in 'state_dict'")
        .contains(
            "beside them state_dict_ema: a dict of 2, weights too: --weights-key state_dict_ema");
    out.getBuffer().setLength(0);
    assertThat(execute("weights", "inspect", both, "--weights-key", "state_dict_ema")).isZero();
    assertThat(out.toString())
        .contains(" in 'state_dict_ema'")
        .contains("beside them state_dict: a dict of 2, weights too: --weights-key state_dict");
    Path usual = folder.resolve("usual.safetensors");
    Path chosen = folder.resolve("chosen.safetensors");
    assertThat(execute("weights", "convert", both, "--out", usual)).isZero();
    assertThat(
            execute("weights", "convert", both, "--out", chosen, "--weights-key", "state_dict_ema"))
        .isZero();
    assertThat(first(usual)).isEqualTo(0);
    assertThat(first(chosen)).isEqualTo(1);
  }

  private static float first(Path file) throws Exception {
    return Objects.requireNonNull(
            SafeTensors.decode(Files.readAllBytes(file)).tensors().get("new_fc.weight"))
        .data()
        .get(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
  }

  @Test
  void whatIsInFrontOfNamesIsSaid() throws Exception {
    // The names of a network inside another, beside a loss of its own.
    Path file = sideData("lightning.pth");
    assertThat(execute("weights", "inspect", file)).isZero();
    assertThat(out.toString())
        .contains(
            "The model's names have 'model.' in front, which is left out where they are used.")
        .contains("beside them hyper_parameters: an object of argparse.Namespace, not made");
    out.getBuffer().setLength(0);
    assertThat(execute("weights", "inspect", "--json", file)).isZero();
    assertThat(new ObjectMapper().readTree(out.toString()).path("front").asText())
        .isEqualTo("model.");
    out.getBuffer().setLength(0);
    Path converted = folder.resolve("lightning.safetensors");
    assertThat(execute("weights", "convert", file, "--out", converted)).isZero();
    assertThat(out.toString())
        .contains(
            "renamed 3 tensors of 'state_dict' from the reference's names, 'model.' in front left out");
    assertThat(SafeTensors.decode(Files.readAllBytes(converted)).tensors())
        .containsOnlyKeys("base_model.conv1.weight", "new_fc.weight", "criterion.weight");
  }

  @Test
  void aKeyThatIsNotThereIsRefusedWithThoseThatAre() {
    Path both = sideData("state-and-ema.pth");
    String there =
        both
            + ": --weights-key ema: nothing is there; weights are under state_dict, state_dict_ema,"
            + " it has 'state_dict', 'state_dict_ema', 'epoch'";
    refused(there, "weights", "inspect", both, "--weights-key", "ema");
    Path never = folder.resolve("never");
    refused(there, "weights", "convert", both, "--out", never, "--weights-key=ema");
    refused(
        there,
        "weights",
        "convert",
        both,
        "--out",
        never,
        "--model=tsm-resnet18",
        "--weights-key=ema");
    refused(
        there,
        "evaluate",
        "--checkpoint",
        both,
        "--model=tsm-resnet18",
        "--weights-key=ema",
        "--dataset",
        folder,
        "--out",
        never);
    refused(
        "--weights-key epoch: 3 and no dict of tensors is there",
        "weights",
        "inspect",
        both,
        "--weights-key=epoch");
    refused("--weights-key ' ' is no key", "weights", "inspect", both, "--weights-key", " ");
    assertThat(never).doesNotExist();
  }

  @Test
  void convertForAModelThatTheWeightsAreNotForWritesNothing() {
    Path converted = folder.resolve("out.safetensors");
    refused(
        "do not fit tsm-resnet50",
        "weights",
        "convert",
        golden("raw_state_dict.zip.pth"),
        "--out",
        converted,
        "--model",
        "tsm-resnet50");
    assertThat(converted).doesNotExist();
  }

  @Test
  void whatIsNoFileOfWeightsIsNamed() throws IOException {
    Path page = Files.writeString(folder.resolve("resnet50.pth"), "<html>not found</html>");
    refused(page + ": this is no file of weights", "weights", "inspect", page);
    Path missing = folder.resolve("missing.pth");
    refused("there is no file of weights " + missing, "weights", "inspect", missing);
    refused(
        "--classes needs --model",
        "weights",
        "convert",
        page,
        "--out",
        folder.resolve("x"),
        "--classes",
        "3");
    refused("FILE", "weights", "inspect");
    refused("a command is missing", "weights");
  }
}
