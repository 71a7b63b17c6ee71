package io.pairstream.verify;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.pairstream.ops.Report;

/// What a verification came to, for `--report`.
///
/// @param run its name
/// @param seconds that it took
@JsonTypeName("verify")
public record VerificationReport(
    String run, @JsonUnwrapped Verification.Counts counts, double seconds) implements Report {}
