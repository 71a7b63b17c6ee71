package io.pairstream.local.run;

import io.pairstream.local.options.ArgumentList;
import io.pairstream.local.process.ChildSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The kinds of services that a run starts: how each is called and what memory it has.
enum ServiceKind {
  PRODUCER("produce", ChildSpec.Stage.PRODUCER, ServiceKind.memory("256m", "1g")) {
    @Override
    List<String> line(ArgumentList options, boolean resume) {
      // A producer always goes on where the topics end.
      return words(options);
    }
  },
  AUGMENTER(
      "augment",
      ChildSpec.Stage.AUGMENTER,
      ServiceKind.memory("256m", "1g", "--add-modules=jdk.incubator.vector")) {
    @Override
    List<String> line(ArgumentList options, boolean resume) {
      // So does an augmenter.
      return words(options);
    }

    /// All that it allocates outside the heap is the compiler's: one arena a thread of it would
    /// keep what each has freed.
    @Override
    Map<String, String> environment() {
      return Map.of("MALLOC_ARENA_MAX", "2");
    }
  },
  /// What libtorch allocates lies outside the heap.
  TRAINER("train", ChildSpec.Stage.TRAINER, ServiceKind.memory("256m", "2g")) {
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

  /// A heap that is really there as far as it is committed, so that what a process takes does not
  /// seem to grow while its heap is touched for the first time; and the compiler's memory goes back
  /// once it is done. The optimizing compiler takes up to 30 MB for one method of a Kafka client:
  /// the tenfold thresholds on calls keep it to loops over pixels, which are counted by their
  /// rounds and compiled as early as ever.
  private static List<String> memory(String initial, String most, String... more) {
    List<String> flags =
        new ArrayList<>(
            List.of(
                "-Xms" + initial,
                "-Xmx" + most,
                "-XX:+AlwaysPreTouch",
                "-XX:TrimNativeHeapInterval=1000",
                "-XX:Tier4InvocationThreshold=50000",
                "-XX:Tier4MinInvocationThreshold=6000",
                "-XX:Tier4CompileThreshold=150000"));
    flags.addAll(List.of(more));
    return flags;
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

  /// What is set beside this process's own environment.
  Map<String, String> environment() {
    return Map.of();
  }

  List<String> jvmFlags() {
    return jvmFlags;
  }
}
