package io.pairstream.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairEncoding;
import io.pairstream.clip.Shape;
import io.pairstream.crop.CropPlan;
import io.pairstream.wire.ClipBatchSerde;
import io.pairstream.wire.MalformedRecordException;
import io.pairstream.wire.RecordHeaders.RunIdentity;
import io.pairstream.wire.SentBatchSerde;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What a run is: the one record of RUN.run.
///
/// @param content what the run's bytes depend on; its digest is the run id
/// @param epochs how many; may grow
/// @param trainers the names of the trainers that follow the run; may change
/// @param maxBufferedBytes bound on what lies in RUN.clips and RUN.pairs; it gives the credit
/// @param halfFollows whether the augmented half follows from the original half and a recipe of λ
///   and channel order. That is a property of the augmentation, told by the one who declares the
///   run because here only its text is known; no part of the run id, which the text decides.
public record RunSpec(
    Content content,
    long epochs,
    List<String> trainers,
    long maxBufferedBytes,
    boolean halfFollows) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private static final String HALF_FOLLOWS = "halfFollows";
  private static final String VIDEO_LIMITS = "videoLimits";

  /// @param seed of all randomness
  /// @param datasetDigest SHA-256 over what the dataset lists
  /// @param frames T, frames a clip
  /// @param height H, in pixels
  /// @param width W, in pixels
  /// @param sampling canonical text of the frame sampling
  /// @param crop canonical text of crop, resize and flip, and of where that is done
  /// @param clipsPerBatch N of every batch but an epoch's last
  /// @param clipsPerEpoch training clips of the dataset
  /// @param partitions of RUN.clips and RUN.pairs
  /// @param normalization mean and std
  /// @param augmentation canonical text, with the hashes of plug-ins
  /// @param augmentProbability share of the batches that are augmented, in [0,1]
  /// @param encoding what of the augmented half travels
  /// @param classNames by label
  /// @param validation the sets, in the order in which they are sent
  /// @param videoLimits canonical text of what a video may ask for, as far as that is not the
  ///   usual: it decides which clips are usable. Empty, and then not written, if it is
  public record Content(
      long seed,
      String datasetDigest,
      int frames,
      int height,
      int width,
      String sampling,
      String crop,
      int clipsPerBatch,
      long clipsPerEpoch,
      int partitions,
      Normalization normalization,
      String augmentation,
      double augmentProbability,
      PairEncoding encoding,
      List<String> classNames,
      List<ValidationSet> validation,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String videoLimits) {
    /// A run with the usual limits.
    public Content(
        long seed,
        String datasetDigest,
        int frames,
        int height,
        int width,
        String sampling,
        String crop,
        int clipsPerBatch,
        long clipsPerEpoch,
        int partitions,
        Normalization normalization,
        String augmentation,
        double augmentProbability,
        PairEncoding encoding,
        List<String> classNames,
        List<ValidationSet> validation) {
      this(
          seed,
          datasetDigest,
          frames,
          height,
          width,
          sampling,
          crop,
          clipsPerBatch,
          clipsPerEpoch,
          partitions,
          normalization,
          augmentation,
          augmentProbability,
          encoding,
          classNames,
          validation,
          "");
    }

    public Content {
      classNames = List.copyOf(classNames);
      validation = List.copyOf(validation);
      positive("frames", frames);
      positive("height", height);
      positive("width", width);
      positive("clips per batch", clipsPerBatch);
      positive("clips per epoch", clipsPerEpoch);
      positive("partitions", partitions);
      if (!(augmentProbability >= 0 && augmentProbability <= 1)) {
        throw new IllegalArgumentException(
            "augment probability " + augmentProbability + " is outside [0,1]");
      }
    }

    /// Batches of an epoch, the smaller last one counted.
    public long batchesPerEpoch() {
      return (clipsPerEpoch + clipsPerBatch - 1) / clipsPerBatch;
    }

    /// [N,T,H,W,3] of a full batch.
    public Shape batchShape() {
      return Shape.of(clipsPerBatch, frames, height, width, 3);
    }

    /// How the augmenter crops, if it does and not the producer.
    public Optional<CropPlan> augmenterCrop() {
      return CropPlan.atAugmenter(crop);
    }
  }

  /// A run of which nobody knows whether the augmented half follows: it may travel.
  public RunSpec(Content content, long epochs, List<String> trainers, long maxBufferedBytes) {
    this(content, epochs, trainers, maxBufferedBytes, false);
  }

  public RunSpec {
    trainers = List.copyOf(trainers);
    positive("epochs", epochs);
    positive("max buffered bytes", maxBufferedBytes);
    if (trainers.isEmpty()) {
      throw new IllegalArgumentException("a run needs a trainer's name");
    }
    for (String trainer : trainers) {
      if (!trainer.matches("[a-z0-9-]{1,48}")) {
        throw new IllegalArgumentException(
            "trainer name '" + trainer + "' is not 1 to 48 of a-z, 0-9 and '-'");
      }
    }
  }

  /// The digest of the content: the first 128 bits of its SHA-256, in hex.
  public String runId() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(JSON.writeValueAsBytes(content));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  public BatchOrder order() {
    return new BatchOrder(content.batchesPerEpoch(), epochs, content.partitions());
  }

  public RunIdentity identity(String run) {
    return new RunIdentity(run, runId(), content.batchesPerEpoch(), epochs);
  }

  /// Bytes of a full clip batch, at most: of RUN.clips or, where the augmenter crops and its frames
  /// are smaller than clips, of RUN.validation.
  public long clipRecordBytes() {
    long cropped = ClipBatchSerde.dataBytes(content.batchShape());
    return content
        .augmenterCrop()
        .flatMap(CropPlan::sent)
        .map(sent ->
            SentBatchSerde.dataBytes(content.clipsPerBatch(), content.frames(), sent.maxPixels()))
        .map(uncropped -> Math.max(uncropped, cropped))
        .orElse(cropped);
  }

  /// Bytes of a full pair batch, at most.
  public long pairRecordBytes() {
    long clip = ClipBatchSerde.dataBytes(content.batchShape());
    long pixels = content.batchShape().elements();
    return switch (content.encoding()) {
      case U8 -> clip + pixels;
      case F16 -> clip + 2 * pixels;
      // What does not follow cannot be made again by the trainer: its pixels travel.
      case RECIPE -> halfFollows ? clip : clip + pixels;
    };
  }

  /// How far producers may run ahead.
  public Credit credit() {
    return Credit.of(maxBufferedBytes, content.partitions(), clipRecordBytes() + pairRecordBytes());
  }

  /// The same run with other epochs and trainers.
  public RunSpec with(long newEpochs, List<String> newTrainers) {
    return new RunSpec(content, newEpochs, newTrainers, maxBufferedBytes, halfFollows);
  }

  /// The first thing in which another run's content differs, as a sentence's part.
  public Optional<String> difference(RunSpec other) {
    JsonNode mine = JSON.valueToTree(content);
    JsonNode theirs = JSON.valueToTree(other.content);
    Set<String> names = new TreeSet<>();
    mine.fieldNames().forEachRemaining(names::add);
    theirs.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      JsonNode here = mine.path(name);
      JsonNode there = theirs.path(name);
      if (!here.equals(there)) {
        return Optional.of(name + " is " + brief(here) + ", not " + brief(there));
      }
    }
    return Optional.empty();
  }

  public byte[] toJson() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static RunSpec fromJson(byte[] json) throws MalformedRecordException {
    try {
      JsonNode read = JSON.readTree(json);
      if (read instanceof ObjectNode record && !record.has(HALF_FOLLOWS)) {
        // Declared before this was told.
        record.put(HALF_FOLLOWS, false);
      }
      if (read.path("content") instanceof ObjectNode content && !content.has(VIDEO_LIMITS)) {
        content.put(VIDEO_LIMITS, "");
      }
      return JSON.treeToValue(read, RunSpec.class);
    } catch (java.io.IOException e) {
      String text = new String(json, 0, Math.min(json.length, 200), StandardCharsets.UTF_8);
      throw new MalformedRecordException("no run record: " + text, e);
    }
  }

  private static String brief(JsonNode value) {
    String text = value.isMissingNode() ? "usual" : value.toString();
    return text.length() > 80 ? text.substring(0, 77) + "…" : text;
  }

  private static void positive(String what, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " is " + value + ", not at least 1");
    }
  }
}
