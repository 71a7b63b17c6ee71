package io.pairstream.local.run;

import io.pairstream.local.options.ArgumentList;
import io.pairstream.local.process.ChildSpec;
import java.util.ArrayList;
import java.util.List;

/// The kinds of services that a run starts: how each is called and what memory it has.
enum ServiceKind {
  PRODUCER("produce", ChildSpec.Stage.PRODUCER, List.of("-Xmx1g")) {
    @Override
    List<String> line(ArgumentList options, boolean resume) {
      // A producer always goes on where the topics end.
      return words(options);
    }
  },
  AUGMENTER(
      "augment",
      ChildSpec.Stage.AUGMENTER,
      List.of("-Xmx1g", "--add-modules=jdk.incubator.vector")) {
    @Override
    List<String> line(ArgumentList options, boolean resume) {
      // So does an augmenter.
      return words(options);
    }
  },
  /// What libtorch allocates lies outside the heap.
  TRAINER("train", ChildSpec.Stage.TRAINER, List.of("-Xmx2g")) {
    @Override
    List<String> line(ArgumentList options, boolean resume) {
      return words(resume ? options.and("--resume") : options);
    }
  };

  private final String command;
  private final ChildSpec.Stage stage;
  private final List<String> jvmFlags;

  ServiceKind(String command, ChildSpec.Stage stage, List<String> jvmFlags) {
    this.command = command;
    this.stage = stage;
    this.jvmFlags = jvmFlags;
  }

  /// The words of the command line.
  ///
  /// @param resume whether something was done before
  abstract List<String> line(ArgumentList options, boolean resume);

  List<String> words(ArgumentList options) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(options.words());
    return words;
  }

  ChildSpec.Stage stage() {
    return stage;
  }

  List<String> jvmFlags() {
    return jvmFlags;
  }
}
