package io.pairstream.producer.dataset;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A division of clips by a hash of their ids: adding or removing clips moves no other clip.
record HashSplit(List<Sample> training, List<Sample> validation) {

  /// About `share` of the clips go to validation. Of each class the clip with the largest hash
  /// stays in training, so that no class is only validated.
  static HashSplit of(List<Sample> samples, double share) {
    Map<Integer, Double> largest = new HashMap<>();
    for (Sample sample : samples) {
      largest.merge(sample.label(), fraction(sample.clipId()), Math::max);
    }
    List<Sample> training = new ArrayList<>();
    List<Sample> validation = new ArrayList<>();
    for (Sample sample : samples) {
      double fraction = fraction(sample.clipId());
      boolean validates = fraction < share && fraction < largest.getOrDefault(sample.label(), 1.0);
      (validates ? validation : training).add(sample);
    }
    return new HashSplit(training, validation);
  }

  List<ValidationVideos> validationSets() {
    return validation.isEmpty()
        ? List.of()
        : List.of(new ValidationVideos(ValidationVideos.OWN, validation));
  }

  /// Uniform in [0,1): the first 53 bits of the id's SHA-256.
  static double fraction(String clipId) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(clipId.getBytes(StandardCharsets.UTF_8));
      return (ByteBuffer.wrap(hash).getLong() >>> 11) * 0x1.0p-53;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
