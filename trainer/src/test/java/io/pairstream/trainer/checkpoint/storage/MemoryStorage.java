package io.pairstream.trainer.checkpoint.storage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;

/// Checkpoints in memory, for tests.
public final class MemoryStorage implements CheckpointStorage {
  private final SortedMap<String, Map<String, byte[]>> checkpoints = new TreeMap<>();
  private final Map<Mark, String> marks = new EnumMap<>(Mark.class);

  @Override
  public void prepare() {}

  @Override
  public List<String> list() {
    return List.copyOf(checkpoints.keySet());
  }

  @Override
  public void write(String checkpoint, SequencedMap<String, Content> files) throws IOException {
    CheckpointStorage.requireName(checkpoint);
    files.keySet().forEach(CheckpointStorage::requireName);
    if (files.isEmpty()) {
      throw new IllegalArgumentException("no files");
    }
    Map<String, byte[]> written = new HashMap<>();
    for (Map.Entry<String, Content> file : files.entrySet()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      file.getValue().writeTo(out);
      written.put(file.getKey(), out.toByteArray());
    }
    checkpoints.put(checkpoint, written);
  }

  @Override
  public <T> T read(String checkpoint, String file, Reader<T> reader) throws IOException {
    byte[] bytes = checkpoints.getOrDefault(checkpoint, Map.of()).get(file);
    if (bytes == null) {
      throw new IOException("there is no " + file + " of " + checkpoint);
    }
    return reader.read(new ByteArrayInputStream(bytes), bytes.length);
  }

  @Override
  public void mark(Mark mark, String checkpoint) throws IOException {
    CheckpointStorage.requireName(checkpoint);
    if (!checkpoints.containsKey(checkpoint)) {
      throw new IOException("there is no " + checkpoint);
    }
    marks.put(mark, checkpoint);
  }

  @Override
  public Optional<String> marked(Mark mark) {
    return Optional.ofNullable(marks.get(mark));
  }

  @Override
  public void delete(String checkpoint) {
    CheckpointStorage.requireName(checkpoint);
    checkpoints.remove(checkpoint);
  }

  @Override
  public String place(String checkpoint) {
    return "memory/" + checkpoint;
  }
}
