package io.pairstream.trainer.checkpoint.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.trainer.checkpoint.storage.CheckpointStorage.Content;
import io.pairstream.trainer.checkpoint.storage.CheckpointStorage.Mark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every storage of checkpoints keeps to. A test of a storage extends it.
abstract class CheckpointStorageContract {
  /// Opens the one storage of a test, as another process would: what was written before is there.
  abstract CheckpointStorage open();

  @BeforeEach
  void prepare() throws IOException {
    open().prepare();
  }

  /// Names and texts in turn.
  static SequencedMap<String, Content> files(String... namesAndTexts) {
    SequencedMap<String, Content> files = new LinkedHashMap<>();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      byte[] bytes = namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8);
      files.put(namesAndTexts[i], out -> out.write(bytes));
    }
    return files;
  }

  static String text(CheckpointStorage storage, String checkpoint, String file) throws IOException {
    return storage.read(
        checkpoint, file, (in, _) -> new String(in.readAllBytes(), StandardCharsets.UTF_8));
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    open().write("batch-1", files("model.safetensors", "weights", "empty", ""));
    assertThat(open().list()).containsExactly("batch-1");
    assertThat(text(open(), "batch-1", "model.safetensors")).isEqualTo("weights");
    assertThat(text(open(), "batch-1", "empty")).isEmpty();
    assertThat(open().<Long>read("batch-1", "model.safetensors", (_, size) -> size)).isEqualTo(7);
    assertThat(open().place("batch-1")).endsWith("batch-1");
  }

  @Test
  void checkpointsAreListedByName() throws IOException {
    for (String name : List.of("batch-2", "batch-10", "batch-1")) {
      open().write(name, files("a", name));
    }
    open().mark(Mark.LATEST, "batch-2");
    assertThat(open().list()).containsExactly("batch-1", "batch-10", "batch-2");
  }

  @Test
  void filesAreWrittenInTheirOrder() throws IOException {
    List<String> order = new ArrayList<>();
    SequencedMap<String, Content> files = new LinkedHashMap<>();
    for (String name : List.of("z", "a", "m")) {
      files.put(name, _ -> order.add(name));
    }
    open().write("batch-1", files);
    assertThat(order).containsExactly("z", "a", "m");
  }

  @Test
  void aCheckpointIsNotSeenWhileItIsWritten() throws IOException {
    SequencedMap<String, Content> files = files("a", "1");
    List<List<String>> seen = new ArrayList<>();
    files.put(
        "b",
        out -> {
          out.write('2');
          seen.add(open().list());
        });
    open().write("batch-1", files);
    assertThat(seen).containsExactly(List.of());
    assertThat(open().list()).containsExactly("batch-1");
  }

  @Test
  void aWriteThatFailsLeavesNothingAndCanBeDoneAgain() throws IOException {
    open().write("batch-1", files("a", "first"));
    open().mark(Mark.LATEST, "batch-1");
    SequencedMap<String, Content> failing = files("a", "1");
    failing.put(
        "b",
        out -> {
          out.write('2');
          throw new IOException("the disk is full");
        });
    CheckpointStorage storage = open();
    assertThatThrownBy(() -> storage.write("batch-2", failing))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the disk is full");
    assertThat(open().list()).containsExactly("batch-1");
    assertThat(open().marked(Mark.LATEST)).contains("batch-1");
    assertThatThrownBy(() -> text(storage, "batch-2", "a")).isInstanceOf(IOException.class);
    storage.write("batch-2", files("a", "second"));
    assertThat(text(open(), "batch-2", "a")).isEqualTo("second");
  }

  @Test
  void aCheckpointThatNothingPointsToIsReplacedWhole() throws IOException {
    open().write("batch-1", files("a", "old", "b", "old"));
    open().write("batch-1", files("a", "new"));
    assertThat(text(open(), "batch-1", "a")).isEqualTo("new");
    assertThatThrownBy(() -> text(open(), "batch-1", "b")).isInstanceOf(IOException.class);
  }

  @Test
  void aMarkPointsToTheCheckpointThatItWasSetToLast() throws IOException {
    assertThat(open().marked(Mark.LATEST)).isEmpty();
    open().write("batch-1", files("a", "1"));
    open().write("batch-2", files("a", "2"));
    open().mark(Mark.LATEST, "batch-1");
    open().mark(Mark.BEST, "batch-1");
    open().mark(Mark.LATEST, "batch-2");
    assertThat(open().marked(Mark.LATEST)).contains("batch-2");
    assertThat(open().marked(Mark.BEST)).contains("batch-1");
  }

  @Test
  void aMarkNeverPointsToWhatIsNotThere() throws IOException {
    open().write("batch-1", files("a", "1"));
    open().mark(Mark.LATEST, "batch-1");
    assertThatThrownBy(() -> open().mark(Mark.LATEST, "batch-2")).isInstanceOf(IOException.class);
    assertThat(open().marked(Mark.LATEST)).contains("batch-1");
  }

  @Test
  void whatIsDeletedIsGoneAndMayBeDeletedAgain() throws IOException {
    open().write("batch-1", files("a", "1"));
    open().write("batch-2", files("a", "2"));
    open().delete("batch-1");
    open().delete("batch-1");
    assertThat(open().list()).containsExactly("batch-2");
    assertThatThrownBy(() -> text(open(), "batch-1", "a")).isInstanceOf(IOException.class);
  }

  @Test
  void preparingAgainKeepsWhatIsThere() throws IOException {
    open().write("batch-1", files("a", "1"));
    open().mark(Mark.LATEST, "batch-1");
    open().prepare();
    assertThat(text(open(), "batch-1", "a")).isEqualTo("1");
    assertThat(open().marked(Mark.LATEST)).contains("batch-1");
  }

  @Test
  void whatIsNoNameInSomeStorageIsRefusedByAll() {
    for (String name : List.of("", ".hidden", "a/b", "..", "A", "latest", "best", "ä", "a b")) {
      CheckpointStorage storage = open();
      assertThatThrownBy(() -> storage.write(name, files("a", "1")))
          .as(name)
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> storage.write("batch-1", files(name, "1")))
          .as(name)
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> storage.delete(name))
          .as(name)
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThatThrownBy(() -> open().write("batch-1", files()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
