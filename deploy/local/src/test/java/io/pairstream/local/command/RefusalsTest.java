package io.pairstream.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.augmenter.cuda.Nvrtc;
import io.pairstream.cli.Commands;
import io.pairstream.testing.Golden;
import io.pairstream.testing.Require;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// What bad input gets: one sentence that names the thing, the right exit code, and nothing made.
class RefusalsTest {
  @TempDir private Path folder = Path.of("");
  private final StringWriter err = new StringWriter();

  private int execute(String... arguments) {
    CommandLine line = Commands.line(Map.of());
    line.setErr(new PrintWriter(err, true));
    line.setOut(new PrintWriter(new StringWriter()));
    return line.execute(arguments);
  }

  private void refused(int exitCode, String naming, String... arguments) {
    assertThat(execute(arguments)).as(err.toString()).isEqualTo(exitCode);
    assertThat(err.toString().lines()).hasSize(1).allMatch(line -> line.startsWith("pairstream: "));
    assertThat(err.toString()).contains(naming);
  }

  private String dataset() throws IOException {
    Path dataset = folder.resolve("dataset");
    for (String name : List.of("one", "two")) {
      Files.createDirectories(dataset.resolve(name));
      for (int i = 0; i < 5; i++) {
        Files.writeString(dataset.resolve(name).resolve(i + ".mp4"), "no video");
      }
    }
    return dataset.toString();
  }

  private String out() {
    return folder.resolve("out").toString();
  }

  @Test
  void aDatasetThatIsNotThere() {
    String missing = folder.resolve("nowhere").toString();
    refused(2, missing, "run", "--dataset", missing, "--out", out());
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aRunWithoutADataset() {
    refused(2, "--dataset", "run", "--out", out());
  }

  @Test
  void aClassWithoutVideos() throws IOException {
    String dataset = dataset();
    Files.createDirectories(Path.of(dataset, "three"));
    refused(2, "three", "run", "--dataset", dataset, "--out", out());
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aListWithALabelOutOfRangeOrALineThatIsNone() throws IOException {
    Path list = folder.resolve("list.txt");
    Files.writeString(list, "a.mp4 10 -3\n");
    refused(2, "list.txt", "run", "--dataset", list.toString(), "--out", out());
  }

  @Test
  void cropsSamplingsAndRepeatsThatCannotBe() throws IOException {
    List<List<String>> wrong =
        List.of(
            List.of("'random'", "--crop=random"),
            List.of("short side of 200", "--crop=short-side:200-300"),
            List.of("at most 64 frames", "--sampling=dense", "--frames=65"),
            List.of("cannot hold each video 3 times", "--repeat-clips=3"),
            List.of("--repeat-clips 0 is not at least 1", "--repeat-clips=0"));
    String dataset = dataset();
    for (List<String> one : wrong) {
      List<String> words = new ArrayList<>(List.of("run", "--dataset", dataset, "--out", out()));
      words.addAll(one.subList(1, one.size()));
      refused(2, one.getFirst(), words.toArray(String[]::new));
      err.getBuffer().setLength(0);
    }
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aCudaSourceThatIsNotThereDoesNotCompileOrHasNoGpu() throws IOException {
    augmentation(2, "position 6: CUDA source nowhere.cu is not there", "cuda:nowhere.cu");
    Path example = Require.root().resolve("examples/cuda/warm.cu");
    augmentation(
        2, "parameter 'strength' is unknown; known: most", "cuda:" + example + "(strength=1)");
    augmentation(3, "augmentation cuda:warm.cu needs a GPU: --device is cpu", "cuda:" + example);
    if (Nvrtc.find().isEmpty()) {
      throw Require.NVCC.missing("no libnvrtc on this machine");
    }
    Path broken = Files.writeString(folder.resolve("broken.cu"), "\nnonsense;\n");
    augmentation(2, "CUDA source broken.cu does not compile (NVRTC", "cuda:" + broken);
  }

  private void augmentation(int exitCode, String naming, String text) throws IOException {
    err.getBuffer().setLength(0);
    refused(
        exitCode, naming, "run", "--dataset", dataset(), "--out", out(), "--augmentation", text);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void anUnknownModel() throws IOException {
    refused(
        2, "'resnet9000'", "run", "--dataset", dataset(), "--out", out(), "--model", "resnet9000");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aModelFileThatIsNotThereOrIsNone() throws IOException {
    String missing = folder.resolve("own.pt").toString();
    String dataset = dataset();
    refused(2, missing, "run", "--dataset", dataset, "--out", out(), "--model", missing);
    err.getBuffer().setLength(0);
    String none = Files.writeString(folder.resolve("none.pt"), "nonsense").toString();
    refused(2, none, "run", "--dataset", dataset, "--out", out(), "--model", none);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void weightsThatAreNotThereOrAreNone() throws IOException {
    String missing = folder.resolve("weights.pth").toString();
    String dataset = dataset();
    refused(2, missing, "run", "--dataset", dataset, "--out", out(), "--init", missing);
    err.getBuffer().setLength(0);
    byte[] whole = Files.readAllBytes(Golden.own().resolve("checkpoints/raw_state_dict.zip.pth"));
    Path cut =
        Files.write(folder.resolve("cut.pth"), java.util.Arrays.copyOf(whole, whole.length / 2));
    refused(2, "cut short", "run", "--dataset", dataset, "--out", out(), "--init", cut.toString());
    err.getBuffer().setLength(0);
    String raw = Golden.directory().resolve("checkpoints/tsm_tiny.zip.pth").toString();
    refused(
        2,
        raw + ": --weights-key ema: nothing is there; weights are under state_dict, it has ",
        "run",
        "--dataset=" + dataset,
        "--out=" + out(),
        "--init=" + raw,
        "--weights-key=ema");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void anUnknownAugmentation() throws IOException {
    refused(
        2, "swopmix", "run", "--dataset", dataset(), "--out", out(), "--augmentation", "swopmix");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void pluginsThatAreNotThere() throws IOException {
    String nowhere = folder.resolve("nowhere").toString();
    refused(2, nowhere, "run", "--dataset", dataset(), "--out", out(), "--plugins", nowhere);
    assertThat(folder.resolve("out")).doesNotExist();
    err.getBuffer().setLength(0);
    Path broken = Files.createDirectory(folder.resolve("plugins"));
    Files.writeString(broken.resolve("broken.jar"), "no jar");
    refused(
        2, "broken.jar", "augment", "--bootstrap", "127.0.0.1:1", "--plugins", broken.toString());
  }

  @Test
  void aVideoToShowThatIsNoneOrNotGiven() throws IOException {
    String missing = folder.resolve("missing.mp4").toString();
    refused(2, missing, "show", "--video", missing);
    err.getBuffer().setLength(0);
    String broken = Files.writeString(folder.resolve("broken.mp4"), "no video").toString();
    refused(4, broken, "show", "--video", broken);
    err.getBuffer().setLength(0);
    refused(2, "position 9", "show", "--video", broken, "--augmentation", "swapmix+x");
    err.getBuffer().setLength(0);
    refused(2, "--video", "show", "--bootstrap", "127.0.0.1:1", "--augmentation", "swapmix");
  }

  @Test
  void framesThatCannotBeSentAsTheyAreWanted() throws IOException {
    String[] run = {"run", "--dataset", dataset(), "--out", out()};
    refusedCrop("--sent-short-side needs --crop-at augmenter", run, "--sent-short-side", "128");
    refusedCrop("short side is -1", run, "--crop-at=augmenter", "--sent-short-side=-1");
    refusedCrop("max sent pixels is 0", run, "--crop-at=augmenter", "--max-sent-pixels=0");
    refusedCrop(
        "frames of short side 256 have more than max sent pixels 65535",
        run,
        "--crop-at=augmenter",
        "--max-sent-pixels=65535");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private void refusedCrop(String naming, String[] run, String... options) {
    err.getBuffer().setLength(0);
    refused(
        2,
        naming,
        Stream.concat(Arrays.stream(run), Arrays.stream(options)).toArray(String[]::new));
  }

  @Test
  void anUnknownEncodingScheduleOptimizerOrCrop() throws IOException {
    String dataset = dataset();
    for (String option :
        List.of("--encoding", "--schedule", "--optimizer", "--crop", "--crop-at", "--device")) {
      err.getBuffer().setLength(0);
      refused(2, "'nonsense'", "run", "--dataset", dataset, "--out", out(), option, "nonsense");
    }
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aDeviceThatIsNotThere() throws IOException {
    assumeNoDriver();
    String sentence = "there is no NVIDIA driver";
    refused(3, sentence, "run", "--dataset", dataset(), "--out", out(), "--device", "cuda");
    assertThat(folder.resolve("out")).doesNotExist();
    err.getBuffer().setLength(0);
    refused(3, sentence, "augment", "--bootstrap", "127.0.0.1:1", "--device", "cuda:1");
    err.getBuffer().setLength(0);
    refused(
        3,
        "cuda:0 cannot train: this libtorch",
        "train",
        "--bootstrap",
        "127.0.0.1:1",
        "--checkpoints",
        out(),
        "--device",
        "cuda");
  }

  @Test
  void aDeviceThatIsNone() throws IOException {
    for (String command : List.of("augment", "train", "run")) {
      err.getBuffer().setLength(0);
      refused(
          2,
          "--device 'cuda:x' is not auto, cpu, cuda or cuda:N",
          command,
          command.equals("run") ? "--dataset=" + dataset() : "--bootstrap=127.0.0.1:1",
          switch (command) {
            case "run" -> "--out=" + out();
            case "train" -> "--checkpoints=" + out();
            default -> "--run=default";
          },
          "--device=cuda:x");
    }
  }

  /// Where there is a driver, a GPU is either there or tested by others.
  private static void assumeNoDriver() {
    for (String name : List.of("/proc/driver/nvidia", "/dev/nvidiactl", "/dev/dxg")) {
      if (Files.exists(Path.of(name))) {
        System.out.println("SKIPPED: this machine has " + name);
        Assumptions.abort("this machine has " + name);
      }
    }
  }

  @Test
  void aFolderThatIsNotEmpty() throws IOException {
    String dataset = dataset();
    refused(2, "not empty", "run", "--dataset", dataset, "--out", dataset);
  }

  @Test
  void aFolderThatCannotBeMade() throws IOException {
    String impossible = Files.createFile(folder.resolve("file")) + "/out";
    refused(3, impossible, "run", "--dataset", dataset(), "--out", impossible);
    err.getBuffer().setLength(0);
    refused(3, "/proc/out", "demo", "--out", "/proc/out");
  }

  @Test
  void nothingToGoOnWith() throws IOException {
    refused(2, "no run", "run", "--resume", "--out", folder.toString());
    err.getBuffer().setLength(0);
    refused(2, "no run", "demo", "--resume", "--out", folder.toString());
  }

  @Test
  void aRunNameThatKafkaCannotHave() throws IOException {
    refused(2, "'Über Uns'", "run", "--dataset", dataset(), "--out", out(), "--run", "Über Uns");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void noBrokerAndAlsoNoAddressOfOne() throws IOException {
    refused(2, "--bootstrap", "produce", "--dataset", dataset());
    err.getBuffer().setLength(0);
    refused(2, "--bootstrap", "augment");
    err.getBuffer().setLength(0);
    refused(2, "--bootstrap", "train", "--checkpoints", out());
  }

  @Test
  void anAddressThatIsNone() {
    refused(3, "no-such-host.invalid", "augment", "--bootstrap", "no-such-host.invalid:9092");
  }

  @Test
  void aBatchThatIsNone() {
    refused(2, "'seven'", "show", "--bootstrap", "127.0.0.1:1", "--batch", "seven");
  }

  @Test
  void anEvaluationOfNothing() throws IOException {
    String dataset = dataset();
    String missing = folder.resolve("checkpoint").toString();
    String[] begun = {"evaluate", "--dataset", dataset, "--out", out(), "--checkpoint"};
    refused(2, missing, with(begun, missing));
    err.getBuffer().setLength(0);
    refused(2, "neither checkpoint.json nor latest", with(begun, dataset));
    err.getBuffer().setLength(0);
    String file = Files.writeString(folder.resolve("weights.pth"), "nonsense").toString();
    refused(2, "give --model", with(begun, file));
    err.getBuffer().setLength(0);
    refused(2, "resnet9000", with(begun, file, "--model", "resnet9000"));
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void anEvaluationUnderAProtocolThatIsNone() throws IOException {
    String file = Files.writeString(folder.resolve("weights.pth"), "nonsense").toString();
    String[] begun = {
      "evaluate",
      "--dataset",
      dataset(),
      "--out",
      out(),
      "--checkpoint",
      file,
      "--model",
      "tsm-resnet18"
    };
    refused(2, "--crops 2", with(begun, "--crops", "2"));
    for (String[] wrong :
        new String[][] {
          {"'right'", "--crop-position", "right"},
          {"'random'", "--sampling", "random"},
          {"--short-side 100", "--short-side", "100"},
          {"--hue-curve 200", "--hue-curve", "200"},
          {"--views-per-pass 0", "--views-per-pass", "0"},
          {"--max-bad-ratio 2", "--max-bad-ratio", "2"},
          {"--threads 0", "--threads", "0"}
        }) {
      err.getBuffer().setLength(0);
      refused(2, wrong[0], with(begun, wrong[1], wrong[2]));
    }
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private static String[] with(String[] begun, String... more) {
    return Stream.of(begun, more).flatMap(Stream::of).toArray(String[]::new);
  }
}
