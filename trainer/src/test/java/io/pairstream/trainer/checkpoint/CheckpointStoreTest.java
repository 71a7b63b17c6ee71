package io.pairstream.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.journal.Message;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ServiceException;
import io.pairstream.trainer.checkpoint.storage.CheckpointStorage;
import io.pairstream.trainer.checkpoint.storage.FolderStorage;
import io.pairstream.trainer.checkpoint.storage.MemoryStorage;
import io.pairstream.trainer.loss.StepResult;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
  @TempDir Path folder;

  @Test
  void whatIsSavedIsReadAgain() {
    CheckpointStore store = new CheckpointStore(new FolderStorage(folder.resolve("checkpoints")));
    assertThat(store.latest()).isEmpty();
    Checkpoint saved = checkpoint(7, 0.5f);
    store.save(saved, false);
    Checkpoint read =
        new CheckpointStore(new FolderStorage(folder.resolve("checkpoints")))
            .latest()
            .orElseThrow();
    assertThat(read.manifest()).isEqualTo(saved.manifest());
    assertThat(read.model().keySet()).isEqualTo(saved.model().keySet());
    assertThat(value(read.model(), "w")).isEqualTo(0.5f);
    assertThat(value(read.optimizer(), "w.momentum_buffer")).isEqualTo(2);
  }

  @Test
  void equalStatesAreEqualBytes() throws IOException {
    Path one = saved(folder.resolve("a"), checkpoint(7, 0.5f));
    Path other = saved(folder.resolve("b"), checkpoint(7, 0.5f));
    for (String file : List.of("model.safetensors", "optimizer.safetensors", "checkpoint.json")) {
      assertThat(one.resolve(file)).hasSameBinaryContentAs(other.resolve(file));
    }
  }

  @Test
  void theLastThreeAndTheBestAreKept() throws IOException {
    CheckpointStore store = new CheckpointStore(new FolderStorage(folder));
    for (long next = 1; next <= 6; next++) {
      store.save(checkpoint(next, next), next == 2);
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "batch-0000000002",
              "batch-0000000004",
              "batch-0000000005",
              "batch-0000000006",
              "latest",
              "best");
    }
    assertThat(folder.resolve("best").toRealPath()).endsWith(Path.of("batch-0000000002"));
    assertThat(store.latest().orElseThrow().manifest().progress().next()).isEqualTo(6);
  }

  @Test
  void aTrainingIsKeptInAnyStorage() throws IOException {
    CheckpointStorage storage = new MemoryStorage();
    CheckpointStore store = new CheckpointStore(storage);
    assertThat(store.latest()).isEmpty();
    for (long next = 1; next <= 6; next++) {
      store.save(checkpoint(next, next), next == 2);
    }
    Checkpoint latest = new CheckpointStore(storage).latest().orElseThrow();
    assertThat(latest.manifest()).isEqualTo(checkpoint(6, 6).manifest());
    assertThat(value(latest.model(), "w")).isEqualTo(6);
    assertThat(storage.list())
        .containsExactly(
            "batch-0000000002", "batch-0000000004", "batch-0000000005", "batch-0000000006");
    SavedModel best = SavedModel.of(storage, "batch-0000000002");
    assertThat(value(best.weights(), "w")).isEqualTo(2);
  }

  @Test
  void whatAKilledProcessLeftIsReplacedAndRemoved() throws IOException {
    CheckpointStore store = new CheckpointStore(new FolderStorage(folder));
    store.save(checkpoint(1, 1), false);
    // Killed while writing, and killed between renaming and linking.
    Files.createDirectories(folder.resolve(".unfinished-batch-0000000002/x"));
    Files.createDirectories(folder.resolve("batch-0000000003"));
    Files.writeString(folder.resolve("batch-0000000003/model.safetensors"), "half");
    CheckpointStore again = new CheckpointStore(new FolderStorage(folder));
    assertThat(folder.resolve(".unfinished-batch-0000000002")).doesNotExist();
    assertThat(again.latest().orElseThrow().manifest().progress().next()).isEqualTo(1);
    again.save(checkpoint(3, 3), false);
    assertThat(again.latest().orElseThrow().manifest().progress().next()).isEqualTo(3);
  }

  @Test
  void aSavedModelIsFoundByItsFolderAndByTheTrainers() throws IOException {
    CheckpointStore store = new CheckpointStore(new FolderStorage(folder));
    store.save(checkpoint(1, 1), true);
    store.save(checkpoint(2, 2), false);
    for (String path : List.of("", "latest", "batch-0000000002")) {
      SavedModel found = SavedModel.find(folder.resolve(path));
      assertThat(Path.of(found.place())).isEqualTo(folder.toRealPath().resolve("batch-0000000002"));
      assertThat(found.manifest()).isEqualTo(checkpoint(2, 2).manifest());
      assertThat(found.weights().keySet()).isEqualTo(checkpoint(2, 2).model().keySet());
    }
    assertThat(SavedModel.find(folder.resolve("best")).name()).isEqualTo("batch-0000000001");
  }

  @Test
  void aFolderWithoutACheckpointIsOneSentence() throws IOException {
    assertThatThrownBy(() -> SavedModel.find(folder.resolve("nowhere")))
        .hasMessage("there is no checkpoint " + folder.resolve("nowhere"))
        .extracting(e -> ((ServiceException) e).exitCode())
        .isEqualTo(ExitCode.USAGE);
    assertThatThrownBy(() -> SavedModel.find(folder))
        .hasMessage("%s is no checkpoint: it has neither checkpoint.json nor latest", folder);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aManifestOfAnEarlierVersionIsReadForItsWeightsAndNotGoneOnFrom() throws IOException {
    Path saved = saved(folder, checkpoint(1, 1));
    Path file = saved.resolve("checkpoint.json");
    String json =
        Files.readString(file)
            .replace("\"format\" : 2", "\"format\" : 1")
            .replaceAll("(?s)\\s*\"(crossEntropy|alignment)\" : [^,]*,", "")
            .replaceFirst("(?s),\\s*\"clips\" : \\{[^{}]*\\{.*\\}", "}");
    Files.writeString(file, json);
    assertThat(json).doesNotContain("sampling", "alignment");
    Manifest manifest = SavedModel.find(folder).manifest();
    assertThat(manifest.clips()).isNull();
    assertThat(manifest.batches()).isEmpty();
    assertThat(manifest.classNames()).containsExactly("a", "b");
    assertThat(manifest.difference(checkpoint(1, 1).manifest()))
        .contains("format 1 of an earlier version, not 2");
  }

  @Test
  void aFolderThatCannotBeWrittenIsOneSentence() throws IOException {
    Path file = folder.resolve("file");
    Files.writeString(file, "in the way");
    assertThatThrownBy(() -> new CheckpointStore(new FolderStorage(file.resolve("checkpoints"))))
        .isInstanceOf(ServiceException.class)
        .hasMessageStartingWith("the checkpoint folder " + file + "/checkpoints cannot be written:")
        .extracting(e -> ((ServiceException) e).exitCode())
        .isEqualTo(ExitCode.ENVIRONMENT);
  }

  @Test
  void whenWritingFailsTheLastCheckpointStays() throws IOException {
    CheckpointStore store = new CheckpointStore(new FolderStorage(folder));
    store.save(checkpoint(1, 1), false);
    // A folder in the place of the file that is written first.
    Files.createDirectories(folder.resolve(".unfinished-batch-0000000002"));
    assertThatThrownBy(() -> store.save(checkpoint(2, 2), false))
        .hasMessageStartingWith("the checkpoint folder " + folder + " cannot be written:");
    assertThat(store.latest().orElseThrow().manifest().progress().next()).isEqualTo(1);
    assertThat(folder.resolve("batch-0000000002")).doesNotExist();
  }

  @Test
  void weightsThatAreNoNumbersAreNotSaved() {
    CheckpointStore store = new CheckpointStore(new FolderStorage(folder));
    store.save(checkpoint(1, 1), false);
    assertThatThrownBy(() -> store.save(checkpoint(2, Float.NaN), false))
        .hasMessage("weight 'w' became NaN: training stops here, the last checkpoint stays");
    assertThat(store.latest().orElseThrow().manifest().progress().next()).isEqualTo(1);
  }

  @Test
  void aDamagedCheckpointIsOneSentenceThatNamesTheFile() throws IOException {
    CheckpointStore store = new CheckpointStore(new FolderStorage(folder));
    Path saved = folder.resolve(store.save(checkpoint(1, 1), false));
    try (RandomAccessFile file =
        new RandomAccessFile(saved.resolve("optimizer.safetensors").toFile(), "rw")) {
      file.setLength(file.length() - 1);
    }
    assertThatThrownBy(store::latest)
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("the checkpoint " + saved.toRealPath() + " cannot be read:")
        .hasMessageContaining("optimizer.safetensors is damaged");
  }

  @Test
  void aDamagedManifestIsOneSentence() throws IOException {
    CheckpointStore store = new CheckpointStore(new FolderStorage(folder));
    Path saved = folder.resolve(store.save(checkpoint(1, 1), false));
    Files.writeString(saved.resolve("checkpoint.json"), "{}");
    assertThatThrownBy(store::latest)
        .hasMessageContaining(
            "cannot be read: checkpoint.json is damaged: Missing creator property")
        .hasMessageNotContaining("\n");
  }

  @Test
  void theBestEvaluationIsRemembered() {
    Progress progress =
        Progress.startingAt(0)
            .trained(new StepResult(1, 1, 0, 4, 2, 4))
            .epochEnded(0, new TreeMap<>(), Optional.of(0.5))
            .trained(new StepResult(1, 1, 0, 4, 2, 4))
            .epochEnded(1, new TreeMap<>(), Optional.of(0.4));
    assertThat(progress.best()).isEqualTo(new Progress.Best(1, 0.5));
    assertThat(progress.history().getFirst().training().top1()).isEqualTo(2);
  }

  private static Path saved(Path folder, Checkpoint checkpoint) {
    return folder.resolve(new CheckpointStore(new FolderStorage(folder)).save(checkpoint, false));
  }

  private static float value(SortedMap<String, Tensor> tensors, String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new AssertionError("no " + name);
    }
    return tensor.floatAt(0);
  }

  private static Checkpoint checkpoint(long next, float weight) {
    SortedMap<String, Tensor> model = new TreeMap<>();
    model.put("w", Tensor.ofFloats(Shape.of(1), weight));
    model.put("bn.num_batches_tracked", Tensor.ofLongs(Shape.of(), next));
    SortedMap<String, Tensor> optimizer = new TreeMap<>();
    optimizer.put("w.momentum_buffer", Tensor.ofFloats(Shape.of(1), 2));
    SortedMap<String, String> options = new TreeMap<>();
    options.put("learning-rate", "0.1");
    SortedMap<String, Accuracy> sets = new TreeMap<>();
    sets.put("val", new Accuracy(3, 1.0 / 3, 1));
    Progress progress =
        new Progress(next, 3, 3, 12, 1, EpochMetrics.Training.NONE, List.of(), null)
            .epochEnded(0, sets, Optional.of(1.0 / 3));
    Message.Batch batch =
        new Message.Batch(
            new BatchId(0, 1),
            false,
            4,
            4_000_000_000L,
            OptionalLong.empty(),
            Optional.of(new Message.Measures(0.1 + 0.2, 0.01, 3, 1e-3)),
            false);
    return new Checkpoint(
        model,
        optimizer,
        new Manifest(
            Manifest.FORMAT,
            "run",
            "id",
            "alone",
            "tsm-resnet18",
            List.of("a", "b"),
            options,
            progress,
            List.of(batch),
            new Manifest.Clips(8, 40, 48, "tsn", "whole", Normalization.IMAGENET)));
  }
}
