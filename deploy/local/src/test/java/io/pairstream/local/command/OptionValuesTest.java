package io.pairstream.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.cli.Commands;
import io.pairstream.cli.source.EnvironmentDefaults;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// A value that cannot be is refused before anything is made, and its source is named.
class OptionValuesTest {
  @TempDir private Path folder = Path.of("");

  private String refused(Map<String, String> environment, String... words) {
    StringWriter err = new StringWriter();
    CommandLine line = Commands.line(environment);
    line.setErr(new PrintWriter(err, true));
    line.setOut(new PrintWriter(new StringWriter()));
    assertThat(line.execute(words)).as(err.toString()).isEqualTo(2);
    assertThat(folder.resolve("out")).doesNotExist();
    return err.toString().strip();
  }

  private String dataset() throws IOException {
    for (String name : List.of("one", "two")) {
      Path videos = Files.createDirectories(folder.resolve("dataset").resolve(name));
      for (int i = 0; i < 5; i++) {
        Files.writeString(videos.resolve(i + ".mp4"), "no video");
      }
    }
    return "--dataset=" + folder.resolve("dataset");
  }

  private String out() {
    return "--out=" + folder.resolve("out");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--alignment-weight | -1 | -1.0 is not a number from 0 on",
        "--alignment-weight | NaN | NaN is not a number from 0 on",
        "--clip-norm | 0 | 0.0 is not a number above 0",
        "--learning-rate | 0 | 0.0 is not a number above 0",
        "--weight-decay | -1 | -1.0 is not a number from 0 on",
        "--warm-up-epochs | -1 | -1.0 is not a number from 0 on",
        "--warm-up-start | -1 | -1.0 is not a number from 0 on",
        "--accumulate | 0 | 0 is not at least 1",
        "--label-smoothing | 1 | 1.0 is outside [0,1)",
        "--mixup | -1 | -1.0 is not a number from 0 on",
        "--cutmix | -1 | -1.0 is not a number from 0 on",
        "--mix-probability | 2 | 2.0 is outside [0,1]",
        "--cutmix-share | 2 | 2.0 is outside [0,1]",
        "--prefetch | 0 | 0 is not at least 1",
        "--gap-timeout | 0 | 0 is not at least 1",
        "--checkpoint-every | 0 | 0 is not at least 1",
        "--threads | 0 | 0 is not at least 1",
        "--augmenter-threads | 0 | 0 is not at least 1",
        "--decoding-threads | 0 | 0 is not at least 1",
        "--epochs | 0 | 0 is not at least 1",
        "--partitions | 0 | 0 is not at least 1",
        "--max-buffered-bytes | 0 | 0 is not at least 1",
        "--max-validation-bytes | -1 | -1 is not at least 0",
        "--max-bad-ratio | 2 | 2.0 is outside [0,1]",
        "--mca-probability | 2 | 2.0 is outside [0,1]",
        "--max-video-pixels | 0 | 0 is not at least 1",
        "--max-video-pixels | 715827883 | 715827883 is more than 715827882",
        "--validation-share | 2 | 2.0 is outside [0,1]",
        "--split | 0 | 0 is not at least 1",
        "--weights-key | ema | ema needs --init",
        "--std | 0,1,1 | is outside (0,1]",
        "--mean | 0.5 | needs 3 channels",
        "--mean | 123,117,104 | it looks like the scale 0 to 255",
        "--std | 58,57,57 | it looks like the scale 0 to 255"
      })
  void aRunWithAValueOutOfRangeIsRefused(String option, String value, String problem)
      throws IOException {
    assertThat(refused(Map.of(), "run", dataset(), out(), option + "=" + value))
        .startsWith("pairstream: " + option + " ")
        .contains(problem);
  }

  @Test
  void aServiceThatWouldWaitForLessThanNothingIsRefused() {
    for (String command : List.of("train", "augment")) {
      String[] words =
          command.equals("train")
              ? new String[] {
                command, "--bootstrap=127.0.0.1:1", "--run-timeout=-1", "--checkpoints=x"
              }
              : new String[] {command, "--bootstrap=127.0.0.1:1", "--run-timeout=-1"};
      assertThat(refused(Map.of(), words))
          .isEqualTo("pairstream: --run-timeout -1 is not at least 0");
    }
  }

  @Test
  void aVariableIsNamedWhenItsValueIsNoNumber() throws IOException {
    assertThat(refused(Map.of("PAIRSTREAM_EPOCHS", "abc"), "run", dataset(), out()))
        .contains("PAIRSTREAM_EPOCHS in the environment")
        .contains("'abc' is not a whole number");
  }

  /// Whichever option it is, and whoever refuses its value: the source is named.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "run | --augmentation | blur",
        "run | --augmenter-threads | 0",
        "run | --augmenters | 0",
        "run | --batch-norm | both",
        "run | --channel-order | rbg",
        "run | --clips-per-batch | 0",
        "run | --crop | half",
        "run | --dataset-format | ucf",
        "run | --crop-at | broker",
        "run | --cutmix | -1",
        "run | --device | tpu",
        "run | --drop-path | 2",
        "run | --dropout | 1",
        "run | --encoding | u9",
        "run | --epochs | x",
        "run | --frames | 0",
        "run | --height | 0",
        "run | --max-record-bytes | 7",
        "run | --mean | 1,2",
        "run | --momentum | 1",
        "run | --optimizer | adam",
        "run | --repeat-clips | 3",
        "run | --run | A",
        "run | --sampling | all",
        "run | --schedule | never",
        "run | --sent-short-side | 9",
        "run | --split | 0",
        "run | --train-device | tpu",
        "run | --weights-key | ema",
        "run | --trainer | a;a",
        "run | --trainer | a:b",
        "produce | --from | x",
        "produce | --trainers | A",
        "augment | --augmenter | -1",
        "augment | --management-port | 70000",
        "augment | --run-timeout | -1",
        "train | --name | A",
        "train | --device | tpu",
        "train | --kafka-config | no/where",
        "broker | --port | -1",
        "broker | --max-record-bytes | 1",
        "train | --weights-key | ema",
        "evaluate | --hue-curve | -1",
        "evaluate | --views-per-pass | 0",
        "evaluate | --max-bad-ratio | 7",
        "evaluate | --decoding-threads | 0",
      })
  void theVariableOfAValueThatCannotBeIsNamed(String command, String option, String value)
      throws IOException {
    List<String> words =
        switch (command) {
          case "run" -> List.of("run", dataset(), out());
          case "produce" -> List.of("produce", "--bootstrap=127.0.0.1:1", dataset());
          case "augment" -> List.of("augment", "--bootstrap=127.0.0.1:1");
          case "train" -> List.of("train", "--bootstrap=127.0.0.1:1", "--checkpoints=x");
          case "evaluate" -> List.of("evaluate", dataset(), out(), "--checkpoint=x");
          default -> List.of(command, "--data=" + folder.resolve("broker"));
        };
    String variable = EnvironmentDefaults.variable(option);
    assertThat(refused(Map.of(variable, value), words.toArray(String[]::new)))
        .startsWith("pairstream: " + variable + " in the environment: ")
        .contains(option);
  }

  @Test
  void aVariableIsNamedWhenItsValueIsOutOfRange() throws IOException {
    assertThat(refused(Map.of("PAIRSTREAM_PREFETCH", "0"), "run", dataset(), out()))
        .isEqualTo(
            "pairstream: PAIRSTREAM_PREFETCH in the environment: --prefetch 0 is not at least 1");
  }

  @Test
  void aFlagIsToBlameWhereItReplacesAVariable() throws IOException {
    Map<String, String> environment = Map.of("PAIRSTREAM_PREFETCH", "9");
    assertThat(refused(environment, "run", dataset(), out(), "--prefetch=0"))
        .isEqualTo("pairstream: --prefetch 0 is not at least 1");
  }

  @Test
  void aRecipesLineIsNamedWhenItsValueIsOutOfRange() throws IOException {
    Path recipe = Files.writeString(folder.resolve("own.yaml"), "train:\n  prefetch: 0\n");
    assertThat(refused(Map.of(), "run", dataset(), out(), "--recipe=" + recipe))
        .contains("own.yaml', line 2: --prefetch 0 is not at least 1");
  }
}
