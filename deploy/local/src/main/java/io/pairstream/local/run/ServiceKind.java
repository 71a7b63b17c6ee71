package io.pairstream.local.run;

import io.pairstream.cli.options.ArgumentList;
import io.pairstream.process.ChildSpec;
import io.pairstream.process.Program;
import io.pairstream.run.Role;
import java.util.ArrayList;
import java.util.List;

/// The kinds of services that a run starts, and how each is called.
enum ServiceKind {
  PRODUCER("produce", ChildSpec.Stage.PRODUCER, Program.PRODUCER),
  AUGMENTER("augment", ChildSpec.Stage.AUGMENTER, Program.AUGMENTER),
  TRAINER("train", ChildSpec.Stage.TRAINER, Program.TRAINER);

  private final String command;
  private final ChildSpec.Stage stage;
  private final Program program;

  ServiceKind(String command, ChildSpec.Stage stage, Program program) {
    this.command = command;
    this.stage = stage;
    this.program = program;
  }

  /// How the services of a role are called.
  static ServiceKind of(Role role) {
    return switch (role) {
      case PRODUCER -> PRODUCER;
      case AUGMENTER -> AUGMENTER;
      case TRAINER -> TRAINER;
      case BROKER -> throw new IllegalArgumentException("a broker is no service of a run");
    };
  }

  /// The words of the command line. A producer always goes on where the topics end, and so does an
  /// augmenter; a trainer must be told.
  ///
  /// @param resume whether something was done before
  List<String> line(ArgumentList options, boolean resume) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll((this == TRAINER && resume ? options.and("--resume") : options).words());
    return words;
  }

  ChildSpec.Stage stage() {
    return stage;
  }

  Program program() {
    return program;
  }
}
