package io.pairstream.local.demo;

import io.pairstream.ops.Report;

/// What `pairstream demo` did.
public sealed interface DemoReport extends Report permits SeedReport, MeanReport {
  /// What the two models reached.
  ColourComparison comparison();

  /// Whether every batch was trained on exactly once.
  boolean whole();
}
