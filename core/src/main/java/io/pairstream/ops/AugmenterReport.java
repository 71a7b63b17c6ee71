package io.pairstream.ops;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Objects;

/// What an augmenter did.
///
/// @param seconds of the process
/// @param batches augmented by this process, skipped ones among them
/// @param rejected batches that could not be augmented
/// @param megabytesPerSecond since the run was declared
/// @param kernel that made the pairs
@JsonTypeName("augment")
public record AugmenterReport(
    String run,
    double seconds,
    long batches,
    long clips,
    long skipped,
    long rejected,
    double megabytesPerSecond,
    String device,
    String kernel,
    Versions versions)
    implements ServiceReport {
  public AugmenterReport {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(versions, "versions");
  }
}
