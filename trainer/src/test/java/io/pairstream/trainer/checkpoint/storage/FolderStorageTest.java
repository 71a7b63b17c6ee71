package io.pairstream.trainer.checkpoint.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderStorageTest extends CheckpointStorageContract {
  @TempDir Path folder;

  @Override
  CheckpointStorage open() {
    return new FolderStorage(folder);
  }

  @Test
  void aCheckpointIsAFolderAndAMarkARelativeLink() throws IOException {
    open().write("batch-1", files("a", "1", "b", "2"));
    open().mark(CheckpointStorage.Mark.LATEST, "batch-1");
    assertThat(folder.resolve("batch-1/a")).hasContent("1");
    assertThat(folder.resolve("batch-1/b")).hasContent("2");
    assertThat(Files.readSymbolicLink(folder.resolve("latest"))).isEqualTo(Path.of("batch-1"));
    assertThat(folder).isDirectoryNotContaining("glob:**/.unfinished-*");
  }

  @Test
  void aCheckpointIsFoundByEveryPathThatLeadsToIt() throws IOException {
    open().write("batch-1", files("proof", "1"));
    open().write("batch-2", files("proof", "2"));
    open().mark(CheckpointStorage.Mark.BEST, "batch-1");
    open().mark(CheckpointStorage.Mark.LATEST, "batch-2");
    FolderStorage real = new FolderStorage(folder.toRealPath());
    for (String path : List.of("", "latest", "batch-2")) {
      assertThat(FolderStorage.find(folder.resolve(path), "proof"))
          .contains(new FolderStorage.Found(real, "batch-2"));
    }
    assertThat(FolderStorage.find(folder.resolve("best"), "proof"))
        .contains(new FolderStorage.Found(real, "batch-1"));
    assertThat(FolderStorage.find(folder, "nothing")).isEmpty();
  }

  @Test
  void aCopyWithACheckpointInThePlaceOfTheLinkIsRead() throws IOException {
    Files.createDirectory(folder.resolve("latest"));
    Files.writeString(folder.resolve("latest/proof"), "x");
    assertThat(open().marked(CheckpointStorage.Mark.LATEST)).contains("latest");
    assertThat(text(open(), "latest", "proof")).isEqualTo("x");
  }

  @Test
  void aLinkThatPointsNowhereIsOneSentence() throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve("latest"), Path.of("batch-9"));
    assertThatThrownBy(() -> open().marked(CheckpointStorage.Mark.LATEST))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the link " + link + " points to no checkpoint:");
  }
}
