package io.pairstream.verify;

import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.pairstream.ops.Report;
import java.util.List;

/// The report of a verification with all that it found, for a program that asks.
///
/// @param run its name
/// @param seconds that it took
/// @param whole whether nothing was found
/// @param findings as sentences
@JsonTypeName("verify")
public record VerificationAnswer(
    String run,
    @JsonUnwrapped Verification.Counts counts,
    double seconds,
    boolean whole,
    List<String> findings)
    implements Report {
  public VerificationAnswer {
    findings = List.copyOf(findings);
  }

  /// What a report says, and what was found.
  public static VerificationAnswer of(VerificationReport report, Verification found) {
    return new VerificationAnswer(
        report.run(),
        report.counts(),
        report.seconds(),
        found.whole(),
        found.findings().stream().map(Finding::sentence).toList());
  }
}
