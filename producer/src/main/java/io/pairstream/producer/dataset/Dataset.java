package io.pairstream.producer.dataset;

import io.pairstream.ops.ServiceException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/// Labelled videos for training and for validation.
///
/// @param classNames the name of each label
/// @param training at least one video, in the dataset's own order
/// @param validationSets none, one named `validation`, or several
/// @param leftOut what the dataset names but is not used, with the cause
/// @param passedOver what lies there and is no clip, by kind
public record Dataset(
    List<String> classNames,
    List<Sample> training,
    List<ValidationVideos> validationSets,
    List<LeftOut> leftOut,
    List<PassedOver> passedOver) {

  /// A video that is named but not used.
  public record LeftOut(String clipId, Path video, String cause) {}

  /// Things that lie there and are no clips.
  ///
  /// @param kind of what kind, such as `hidden files`
  public record PassedOver(String kind, long count) {}

  public Dataset(
      List<String> classNames,
      List<Sample> training,
      List<ValidationVideos> validationSets,
      List<LeftOut> leftOut) {
    this(classNames, training, validationSets, leftOut, List.of());
  }

  public Dataset {
    passedOver = List.copyOf(passedOver);
    classNames = List.copyOf(classNames);
    training = List.copyOf(training);
    validationSets = List.copyOf(validationSets);
    leftOut = List.copyOf(leftOut);
    if (training.isEmpty()) {
      throw ServiceException.usage("the dataset has no training videos");
    }
    requireSound("training", training, classNames.size());
    Set<String> names = new HashSet<>();
    for (ValidationVideos set : validationSets) {
      requireSound("validation set " + set.name(), set.samples(), classNames.size());
      if (!names.add(set.name())) {
        throw ServiceException.usage("two validation sets are named " + set.name());
      }
    }
  }

  /// SHA-256 in hexadecimal over what a run's bytes depend on: class names, and of each video id,
  /// label, listed frames and file size. Where the files lie does not count.
  public String digest() {
    MessageDigest sha256;
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    update(sha256, classNames.size());
    classNames.forEach(name -> update(sha256, name));
    update(sha256, training);
    for (ValidationVideos set : validationSets) {
      update(sha256, set.name());
      update(sha256, set.samples());
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static void requireSound(String where, List<Sample> samples, int classes) {
    Set<String> ids = new HashSet<>();
    for (Sample sample : samples) {
      if (!ids.add(sample.clipId())) {
        throw ServiceException.usage(
            "clip '%s' is named twice in %s".formatted(sample.clipId(), where));
      }
      if (sample.label() >= classes) {
        throw ServiceException.usage(
            "clip '%s' has label %d, and there are %d classes"
                .formatted(sample.clipId(), sample.label(), classes));
      }
    }
  }

  private static void update(MessageDigest digest, List<Sample> samples) {
    update(digest, samples.size());
    for (Sample sample : samples) {
      update(digest, sample.clipId());
      update(digest, sample.label());
      update(digest, sample.listedFrames());
      update(digest, sample.videoBytes());
    }
  }

  /// Length first: else two texts could be cut differently and digest the same.
  private static void update(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    update(digest, bytes.length);
    digest.update(bytes);
  }

  private static void update(MessageDigest digest, long number) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
  }
}
