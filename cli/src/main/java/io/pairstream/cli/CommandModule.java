package io.pairstream.cli;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/// The commands that a module adds to the command line. A module names its own in
/// `META-INF/services`; a process has the commands of the modules on its class path.
public interface CommandModule {
  /// Its commands.
  List<Entry> commands();

  /// A command, and where `--help` lists it.
  ///
  /// @param section the part of the list
  /// @param type a class with picocli's `@Command`
  record Entry(Section section, Class<?> type) {}

  /// The parts of the list of commands, in their order.
  enum Section {
    /// Everything on one machine.
    MACHINE,
    /// One service.
    SERVICE,
    /// What reads, tests or draws.
    LOOK,
    /// What belongs to the tool itself.
    TOOL
  }

  /// All commands on the class path: by section, in a section in the order of the modules' names.
  static Stream<Entry> all() {
    return ServiceLoader.load(CommandModule.class).stream()
        .map(ServiceLoader.Provider::get)
        .sorted(Comparator.comparing(module -> module.getClass().getName()))
        .flatMap(module -> module.commands().stream())
        .sorted(Comparator.comparing(Entry::section));
  }
}
