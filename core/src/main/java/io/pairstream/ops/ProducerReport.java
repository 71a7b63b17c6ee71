package io.pairstream.ops;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Objects;

/// What a producer did.
///
/// @param seconds of the process
/// @param batches sent, and the counts of clips beside them, by this process
/// @param skipped batches without data
/// @param rejected clips that could not be used
/// @param damaged clips that were used all the same
/// @param megabytesPerSecond while it sent the run's batches
/// @param dataset its clips, each counted once, as far as this process has seen them
@JsonTypeName("produce")
public record ProducerReport(
    String run,
    double seconds,
    long batches,
    long clips,
    long skipped,
    long rejected,
    long damaged,
    long validationClips,
    double megabytesPerSecond,
    DatasetCounts dataset,
    Versions versions)
    implements ServiceReport {
  public ProducerReport {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(versions, "versions");
  }
}
