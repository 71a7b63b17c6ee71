package io.pairstream.local.report;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.pairstream.ops.Report;
import org.jspecify.annotations.Nullable;

/// What `pairstream run` did.
///
/// @param recipe with which the run began; null without one
@JsonTypeName("run")
public record RunReport(@JsonUnwrapped RunTotals totals, @Nullable String recipe)
    implements Report {}
