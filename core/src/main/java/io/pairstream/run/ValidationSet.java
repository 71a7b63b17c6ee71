package io.pairstream.run;

/// A named set of clips that trainers are tested on.
///
/// @param name `[a-z0-9-]+`
/// @param clips how many
/// @param batches in how many records of RUN.validation
public record ValidationSet(String name, long clips, long batches) {
  public ValidationSet {
    if (!name.matches("[a-z0-9-]{1,64}")) {
      throw new IllegalArgumentException(
          "validation set name '" + name + "' is not 1 to 64 of a-z, 0-9 and '-'");
    }
    if (clips < 1 || batches < 1 || batches > clips) {
      throw new IllegalArgumentException(
          "validation set " + name + " of " + clips + " clips in " + batches + " batches");
    }
  }
}
