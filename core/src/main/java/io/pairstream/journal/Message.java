package io.pairstream.journal;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pairstream.clip.BatchId;
import io.pairstream.ops.Version;
import java.math.BigDecimal;
import java.math.MathContext;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// What a process of a run tells: one record a type, each with its own fields.
///
/// A field may be added to a type, readers ignore what they do not know; a change that they must
/// not overlook is a higher version ([MessageType]).
public sealed interface Message {
  /// The most characters of a sentence; a longer one is cut.
  int LONGEST_SENTENCE = 500;

  MessageType type();

  /// Puts the message's own fields.
  void addTo(ObjectNode json);

  /// A service did its part for a batch.
  ///
  /// @param id the batch
  /// @param skipped whether it was passed on without data
  /// @param clips N; 0 if it was skipped
  /// @param crc32c of the value: that was sent or, by a trainer, that was trained on
  /// @param from CRC-32C of the value that it was made from, where there is one
  /// @param measures what a trainer measured; empty for a skipped batch
  /// @param again whether it may have been told before: the same doing, told by a process that took
  ///   up where another one ended
  record Batch(
      BatchId id,
      boolean skipped,
      int clips,
      long crc32c,
      OptionalLong from,
      Optional<Measures> measures,
      boolean again)
      implements Message {
    private static final String DATA = "data";
    private static final String SKIPPED = "skipped";

    public Batch {
      requireNatural("clips", clips);
      requireChecksum(crc32c);
      from.ifPresent(Message::requireChecksum);
    }

    /// A batch that was sent as the first of its line.
    ///
    /// @param clips nothing if it was skipped
    public static Batch sent(BatchId id, OptionalInt clips, long crc32c) {
      return new Batch(
          id,
          clips.isEmpty(),
          clips.orElse(0),
          crc32c,
          OptionalLong.empty(),
          Optional.empty(),
          false);
    }

    /// The same, told once more.
    public Batch retold() {
      return new Batch(id, skipped, clips, crc32c, from, measures, true);
    }

    @JsonCreator
    static Batch of(JsonNode json) {
      MessageFields fields = new MessageFields(json);
      String status = fields.text("status");
      if (!status.equals(DATA) && !status.equals(SKIPPED)) {
        throw new IllegalArgumentException("status is '" + status + "'");
      }
      return new Batch(
          new BatchId(fields.number("epoch"), fields.number("batch")),
          status.equals(SKIPPED),
          fields.small("clips"),
          fields.number("crc32c"),
          fields.has("from") ? OptionalLong.of(fields.number("from")) : OptionalLong.empty(),
          fields.has("ce")
              ? Optional.of(
                  new Measures(
                      fields.real("ce"),
                      fields.real("kl"),
                      fields.small("top1"),
                      fields.real("lr")))
              : Optional.empty(),
          fields.flag("again"));
    }

    /// As a checkpoint lists it.
    @JsonValue
    ObjectNode json() {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      addTo(json);
      return json;
    }

    @Override
    public MessageType type() {
      return MessageType.BATCH;
    }

    @Override
    public void addTo(ObjectNode json) {
      json.put("epoch", id.epoch()).put("batch", id.batch());
      json.put("status", skipped ? SKIPPED : DATA).put("clips", clips).put("crc32c", crc32c);
      from.ifPresent(crc -> json.put("from", crc));
      measures.ifPresent(found -> {
        json.put("ce", found.crossEntropy()).put("kl", found.alignment());
        json.put("top1", found.top1()).put("lr", found.learningRate());
      });
      if (again) {
        json.put("again", true);
      }
    }
  }

  /// What a trainer measured of a batch, to six digits.
  ///
  /// @param crossEntropy on the originals, mean over clips
  /// @param alignment KL, not weighted; 0 without augmented rows
  /// @param top1 how many originals were classified right
  /// @param learningRate of the step that the batch belongs to
  record Measures(double crossEntropy, double alignment, int top1, double learningRate) {
    private static final MathContext DIGITS = new MathContext(6);

    public Measures {
      crossEntropy = rounded(crossEntropy);
      alignment = rounded(alignment);
      learningRate = rounded(learningRate);
    }

    private static double rounded(double value) {
      // Throws on what is no number: a batch with such a loss is never trained on.
      return new BigDecimal(value).round(DIGITS).doubleValue();
    }
  }

  /// A trainer has trained on the last batch of an epoch. All means are over clips.
  ///
  /// @param epoch from 0
  /// @param next the number of the batch after it
  /// @param steps of the optimizer so far
  /// @param clips of the epoch
  /// @param loss the whole loss
  /// @param crossEntropy on the originals
  /// @param alignment KL, not weighted
  /// @param top1 share of the originals classified right, 0 to 1
  /// @param top5 share whose class was among the first five, 0 to 1
  record Trained(
      long epoch,
      long next,
      long steps,
      long clips,
      double loss,
      double crossEntropy,
      double alignment,
      double top1,
      double top5)
      implements Message {
    static Trained of(MessageFields fields) {
      return new Trained(
          fields.number("epoch"),
          fields.number("next"),
          fields.number("steps"),
          fields.number("clips"),
          fields.real("loss"),
          fields.real("ce"),
          fields.real("kl"),
          fields.real("top1"),
          fields.real("top5"));
    }

    @Override
    public MessageType type() {
      return MessageType.TRAINED;
    }

    @Override
    public void addTo(ObjectNode json) {
      json.put("epoch", epoch).put("next", next).put("steps", steps).put("clips", clips);
      json.put("loss", loss).put("ce", crossEntropy).put("kl", alignment);
      json.put("top1", top1).put("top5", top5);
    }
  }

  /// A trainer has tested its model on a validation set at an epoch's end.
  ///
  /// @param epoch from 0
  /// @param next the number of the batch after it
  /// @param steps of the optimizer so far
  /// @param set its name
  /// @param clips how many were decoded and tested
  /// @param top1 share whose class came first, 0 to 1
  /// @param top5 share whose class was among the first five, 0 to 1
  record Evaluated(
      long epoch, long next, long steps, String set, long clips, double top1, double top5)
      implements Message {
    static Evaluated of(MessageFields fields) {
      return new Evaluated(
          fields.number("epoch"),
          fields.number("next"),
          fields.number("steps"),
          fields.text("set"),
          fields.number("clips"),
          fields.real("top1"),
          fields.real("top5"));
    }

    @Override
    public MessageType type() {
      return MessageType.EVALUATED;
    }

    @Override
    public void addTo(ObjectNode json) {
      json.put("epoch", epoch).put("next", next).put("steps", steps).put("set", set);
      json.put("clips", clips).put("top1", top1).put("top5", top5);
    }
  }

  /// A trainer's checkpoint is durable.
  ///
  /// @param next the number of the first batch that it does not cover
  /// @param steps of the optimizer
  /// @param best whether it is the best so far
  /// @param where it lies
  record Checkpoint(long next, long steps, boolean best, String where) implements Message {
    static Checkpoint of(MessageFields fields) {
      return new Checkpoint(
          fields.number("next"), fields.number("steps"), fields.flag("best"), fields.text("where"));
    }

    @Override
    public MessageType type() {
      return MessageType.CHECKPOINT;
    }

    @Override
    public void addTo(ObjectNode json) {
      json.put("next", next).put("steps", steps).put("best", best).put("where", where);
    }
  }

  /// A process has begun.
  ///
  /// @param version of Pairstream
  /// @param java its version
  /// @param os operating system and architecture
  /// @param host its name
  /// @param device what it computes on, such as `cpu`
  /// @param threads it computes with
  record Started(String version, String java, String os, String host, String device, int threads)
      implements Message {
    public Started {
      requireNatural("threads", threads);
    }

    /// On this machine.
    public static Started here(String device, int threads) {
      return new Started(
          Version.current(),
          Runtime.version().toString(),
          System.getProperty("os.name") + " " + System.getProperty("os.arch"),
          hostName(),
          device,
          threads);
    }

    private static String hostName() {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        return "unknown";
      }
    }

    static Started of(MessageFields fields) {
      return new Started(
          fields.text("version"),
          fields.text("java"),
          fields.text("os"),
          fields.text("host"),
          fields.text("device"),
          fields.small("threads"));
    }

    @Override
    public MessageType type() {
      return MessageType.STARTED;
    }

    @Override
    public void addTo(ObjectNode json) {
      json.put("version", version).put("java", java).put("os", os).put("host", host);
      json.put("device", device).put("threads", threads);
    }
  }

  /// A process ends. One that was killed does not tell.
  ///
  /// @param why [#COMPLETE], [#STOPPED] or [#FAILED]
  /// @param batches that it did its part for
  record Stopped(String why, long batches) implements Message {
    /// Nothing was left to do.
    public static final String COMPLETE = "complete";

    /// Somebody stopped it.
    public static final String STOPPED = "stopped";

    /// It could not go on; a [Fault] before says why.
    public static final String FAILED = "failed";

    static Stopped of(MessageFields fields) {
      return new Stopped(fields.text("why"), fields.number("batches"));
    }

    @Override
    public MessageType type() {
      return MessageType.STOPPED;
    }

    @Override
    public void addTo(ObjectNode json) {
      json.put("why", why).put("batches", batches);
    }
  }

  /// A clip is left out of every batch, because its video cannot be used. Told by each process that
  /// finds it.
  record LeftOut(String clip, String cause) implements Message {
    public LeftOut {
      clip = brief(clip);
      cause = brief(cause);
    }

    static LeftOut of(MessageFields fields) {
      return new LeftOut(fields.text("clip"), fields.text("cause"));
    }

    @Override
    public MessageType type() {
      return MessageType.LEFT_OUT;
    }

    @Override
    public void addTo(ObjectNode json) {
      json.put("clip", clip).put("cause", cause);
    }
  }

  /// A process has nothing to do for a while.
  ///
  /// @param whom it waits for: a service's name
  /// @param what it waits for, as a noun
  record Waiting(String whom, String what) implements Message {
    static Waiting of(MessageFields fields) {
      return new Waiting(fields.text("for"), fields.text("what"));
    }

    @Override
    public MessageType type() {
      return MessageType.WAITING;
    }

    @Override
    public void addTo(ObjectNode json) {
      json.put("for", whom).put("what", what);
    }
  }

  /// Something that ends a process, in one sentence.
  record Fault(String sentence) implements Message {
    public Fault {
      sentence = brief(sentence);
    }

    static Fault of(MessageFields fields) {
      return new Fault(fields.text("sentence"));
    }

    @Override
    public MessageType type() {
      return MessageType.FAULT;
    }

    @Override
    public void addTo(ObjectNode json) {
      json.put("sentence", sentence);
    }
  }

  private static String brief(String text) {
    return text.length() <= LONGEST_SENTENCE ? text : text.substring(0, LONGEST_SENTENCE - 1) + "…";
  }

  private static void requireNatural(String what, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(what + " is " + value);
    }
  }

  private static void requireChecksum(long crc32c) {
    if (crc32c >>> 32 != 0) {
      throw new IllegalArgumentException("crc32c " + crc32c + " is outside 32 bits");
    }
  }
}
