package io.pairstream.trainer.checkpoint.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// Keeps the checkpoints of one trainer: named sets of named files, and which of them is the latest
/// and which the best. What is in the files it does not know.
///
/// One process writes at a time; any number of them may read meanwhile. What a method has done when
/// it returns survives the death of the process and of the machine. What is thrown when something
/// cannot be written has one sentence that says where and why.
public interface CheckpointStorage {
  /// What points to a checkpoint.
  enum Mark {
    LATEST("latest"),
    BEST("best");

    private final String text;

    Mark(String text) {
      this.text = text;
    }

    /// `latest`
    public String text() {
      return text;
    }
  }

  /// Writes the bytes of a file.
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /// Reads the bytes of a file.
  interface Reader<T> {
    /// @param in open until this returns
    /// @param size how many bytes are in it
    T read(InputStream in, long size) throws IOException;
  }

  /// Makes the storage ready to be written, and removes what a killed process left unfinished.
  ///
  /// @throws IOException if it cannot be written
  void prepare() throws IOException;

  /// The names of the checkpoints, sorted. One that is being written is not among them.
  List<String> list() throws IOException;

  /// Writes a checkpoint, which becomes visible whole or not at all: when a write fails or its
  /// process is killed, nobody finds a part of it.
  ///
  /// A checkpoint of this name is replaced; one that is marked must not be.
  ///
  /// @param files by name, written in this order; the last is the one that says what the others are
  /// @throws IllegalArgumentException if a name is not one, or there are no files
  void write(String checkpoint, SequencedMap<String, Content> files) throws IOException;

  /// Reads a file of a checkpoint.
  ///
  /// @throws IOException if it is not there or cannot be read, and what the reader throws
  <T> T read(String checkpoint, String file, Reader<T> reader) throws IOException;

  /// Points a mark to a checkpoint. A reader finds the one that it pointed to until then, or this
  /// one.
  ///
  /// @throws IOException if there is no such checkpoint, too
  void mark(Mark mark, String checkpoint) throws IOException;

  /// The name of the checkpoint that a mark points to; empty if it was never set.
  Optional<String> marked(Mark mark) throws IOException;

  /// Deletes a checkpoint; nothing if there is none. One that is marked must not be deleted.
  void delete(String checkpoint) throws IOException;

  /// Where a checkpoint is, for people: `/out/checkpoints/batch-0000000002`.
  String place(String checkpoint);

  /// @throws IllegalArgumentException if this is no name of a checkpoint or a file in any storage
  static void requireName(String name) {
    boolean plain = !name.isEmpty() && name.charAt(0) != '.';
    for (int i = 0; i < name.length() && plain; i++) {
      char c = name.charAt(i);
      plain = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-';
    }
    for (Mark mark : Mark.values()) {
      plain &= !name.equals(mark.text());
    }
    if (!plain) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name of lower case letters, digits, '-' and '.'");
    }
  }
}
