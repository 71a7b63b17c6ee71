package io.pairstream.local.demo;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.pairstream.local.report.RunTotals;

/// What one seed of the demo did; `top1` on top is that of the model with MCA on colours that mean
/// nothing.
@JsonTypeName("demo")
public record SeedReport(@JsonUnwrapped RunTotals totals, long seed, ColourComparison comparison)
    implements DemoReport {
  @Override
  public boolean whole() {
    return totals.counts().whole();
  }
}
