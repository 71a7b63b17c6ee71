package io.pairstream.process;

import java.util.List;

/// What a process runs: the module whose class path it has, and the files with its JVM flags
/// (`deploy/jvm`).
///
/// @param module `producer` for `pairstream-producer.jar` and all that its manifest names
/// @param flags names of files in `deploy/jvm`, without `.args`; later ones win
public record Program(String module, List<String> flags) {
  public static final Program BROKER = new Program("broker", List.of("broker"));
  public static final Program PRODUCER = new Program("producer", List.of("service", "producer"));
  public static final Program AUGMENTER = new Program("augmenter", List.of("service", "augmenter"));
  public static final Program TRAINER = new Program("trainer", List.of("service", "trainer"));

  /// Decodes what an evaluation shows its model.
  public static final Program VIEWS = new Program("producer", List.of("views"));

  /// Draws the demo's videos.
  public static final Program DRAW = new Program("local", List.of("draw"));

  /// Tries a native library.
  public static final Program PROBE = new Program("local", List.of("command"));

  public Program {
    flags = List.copyOf(flags);
  }
}
