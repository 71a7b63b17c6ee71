package io.pairstream.ops;

import com.fasterxml.jackson.annotation.JsonSubTypes;

/// What a service did, for `--report` and for who started it.
@JsonSubTypes({
  @JsonSubTypes.Type(ProducerReport.class),
  @JsonSubTypes.Type(AugmenterReport.class),
  @JsonSubTypes.Type(TrainerReport.class)
})
public sealed interface ServiceReport extends Report
    permits ProducerReport, AugmenterReport, TrainerReport {
  /// The run's name.
  String run();

  /// Batches that are done, skipped ones among them.
  long batches();

  long clips();

  double megabytesPerSecond();

  Versions versions();
}
