package io.pairstream.producer.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.producer.dataset.DatasetOptions;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DatasetFlagsTest {
  @Test
  void anotherProcessIsToldTheSameOptions() {
    List<List<String>> lines =
        List.of(
            List.of("--dataset=videos"),
            List.of(
                "--dataset=list.txt",
                "--validation-list=val.txt",
                "--classes=names.txt",
                "--split=3",
                "--validation-share=0.25",
                "--max-video-pixels=33177600"));
    for (List<String> words : lines) {
      DatasetOptions options = parse(words);
      assertThat(parse(DatasetFlags.words(options))).isEqualTo(options);
    }
    assertThat(parse(lines.getFirst()).path()).isEqualTo(Path.of("videos"));
    assertThat(parse(lines.getFirst()).limits().text()).isEmpty();
    assertThat(parse(lines.getLast()).limits().text()).isEqualTo("max-pixels=33177600");
  }

  private static DatasetOptions parse(List<String> words) {
    DatasetFlags flags = new DatasetFlags();
    new CommandLine(flags).parseArgs(words.toArray(String[]::new));
    return flags.options();
  }
}
