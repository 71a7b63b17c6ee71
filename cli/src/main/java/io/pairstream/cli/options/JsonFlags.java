package io.pairstream.cli.options;

import picocli.CommandLine.Option;

/// Whether a program reads the answer.
@OptionGroup("Answer")
public final class JsonFlags {
  @Option(
      names = "--json",
      description = "Answer with one JSON object on standard output instead of text for people.")
  private boolean json;

  public boolean json() {
    return json;
  }
}
