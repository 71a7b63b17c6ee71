package io.pairstream.journal;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/// The types of [Message]: what a message's `type` says, and the version that this program writes
/// and reads.
public enum MessageType {
  BATCH("batch", fields -> Message.Batch.of(fields.json())),
  TRAINED("trained", Message.Trained::of),
  EVALUATED("evaluated", Message.Evaluated::of),
  CHECKPOINT("checkpoint", Message.Checkpoint::of),
  STARTED("started", Message.Started::of),
  STOPPED("stopped", Message.Stopped::of),
  LEFT_OUT("left-out", Message.LeftOut::of),
  WAITING("waiting", Message.Waiting::of),
  FAULT("fault", Message.Fault::of);

  private final String text;

  @SuppressWarnings("ImmutableEnumChecker") // references to static methods
  private final Function<MessageFields, Message> reader;

  MessageType(String text, Function<MessageFields, Message> reader) {
    this.text = text;
    this.reader = reader;
  }

  /// As a message says it: `left-out`.
  public String text() {
    return text;
  }

  /// Its version, `v`.
  public int version() {
    return 1;
  }

  /// @throws IllegalArgumentException if a field is not there or something else
  Message read(MessageFields fields) {
    return reader.apply(fields);
  }

  /// The type of a text; empty if there is none of that name here.
  static Optional<MessageType> parse(String text) {
    return Arrays.stream(values()).filter(type -> type.text.equals(text)).findFirst();
  }
}
