package io.pairstream.trainer.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pairstream.clip.Normalization;
import io.pairstream.journal.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Everything of a checkpoint but its tensors, `checkpoint.json`: for people, and for the trainer
/// that goes on.
///
/// @param format [#FORMAT]; 1 of an earlier version, whose weights can be used and whose training
///   cannot go on
/// @param run the run's name
/// @param runId the digest of what its bytes depend on
/// @param trainer the trainer's name
/// @param model the model's name
/// @param classNames by label
/// @param options what else the weights depend on, by option
/// @param progress how far the training has got
/// @param batches what the journal is told of the batches since the checkpoint before
/// @param clips what a clip was; null in what earlier versions wrote
public record Manifest(
    int format,
    String run,
    String runId,
    String trainer,
    String model,
    List<String> classNames,
    SortedMap<String, String> options,
    Progress progress,
    List<Message.Batch> batches,
    @Nullable Clips clips) {
  public static final int FORMAT = 2;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  private static final int EARLIER = 1;
  private static final String CLIPS = "clips";

  /// What the clips of the training were: what a test has to know beside the weights.
  ///
  /// @param frames T
  /// @param height H, in pixels
  /// @param width W, in pixels
  /// @param sampling canonical text of the frame sampling
  /// @param crop canonical text of crop and flip
  /// @param normalization mean and std
  public record Clips(
      int frames,
      int height,
      int width,
      String sampling,
      String crop,
      Normalization normalization) {}

  public Manifest {
    classNames = List.copyOf(classNames);
    options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
    batches = List.copyOf(batches);
  }

  /// The same checkpointed anew.
  public Manifest with(Progress newProgress, List<Message.Batch> newBatches) {
    return new Manifest(
        format, run, runId, trainer, model, classNames, options, newProgress, newBatches, clips);
  }

  /// The first thing that keeps a trainer described by `other` from going on from here, as a
  /// sentence's part; empty if it can.
  public Optional<String> difference(Manifest other) {
    if (format != other.format) {
      return Optional.of("format " + format + " of an earlier version, not " + other.format);
    }
    if (!runId.equals(other.runId)) {
      return Optional.of("run " + run + " with id " + runId + ", not " + other.runId);
    }
    if (!trainer.equals(other.trainer)) {
      return Optional.of("trainer " + trainer + ", not " + other.trainer);
    }
    if (!model.equals(other.model)) {
      return Optional.of("model " + model + ", not " + other.model);
    }
    for (String option : options.keySet()) {
      String mine = options.get(option);
      String theirs = other.options.getOrDefault(option, "nothing");
      if (!theirs.equals(mine)) {
        return Optional.of(option + " " + mine + ", not " + theirs);
      }
    }
    return Optional.empty();
  }

  byte[] toJson() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Manifest fromJson(byte[] json) throws IOException {
    Manifest manifest;
    try {
      JsonNode read = JSON.readTree(json);
      if (read instanceof ObjectNode object && object.path("format").asInt() == EARLIER) {
        fillIn(object);
      }
      manifest = JSON.treeToValue(read, Manifest.class);
    } catch (JsonProcessingException e) {
      throw new IOException("checkpoint.json is damaged: " + e.getOriginalMessage(), e);
    }
    if (manifest.format() != FORMAT && manifest.format() != EARLIER) {
      throw new IOException("format " + manifest.format() + " is not " + FORMAT);
    }
    return manifest;
  }

  /// Gives an earlier format what it did not have.
  private static void fillIn(ObjectNode manifest) {
    if (!manifest.has(CLIPS)) {
      manifest.putNull(CLIPS);
    }
    manifest.putArray("batches");
    for (JsonNode training : manifest.findValues("training")) {
      fillInLosses(training);
    }
    fillInLosses(manifest.path("progress").path("epoch"));
  }

  private static void fillInLosses(JsonNode training) {
    if (training instanceof ObjectNode sums) {
      sums.put("crossEntropy", 0).put("alignment", 0);
    }
  }
}
