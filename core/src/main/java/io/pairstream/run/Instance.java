package io.pairstream.run;

import java.util.regex.Pattern;

/// One process of a run: which service, under which name, and which of those that share the name.
/// Whatever a process writes, says or shows carries it.
///
/// @param role which service
/// @param name who it is among those of its role, `[a-z0-9-]{1,48}`; [#MAIN] where nobody chose one
/// @param index its place among the processes that share the name's work, from 0: a producer's
///   share of the partitions, an augmenter's number, a trainer's rank
public record Instance(Role role, String name, int index) {
  /// The name that nobody chose.
  public static final String MAIN = "main";

  private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,48}");

  public Instance {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          role.text() + " name '" + name + "' is not 1 to 48 of a-z, 0-9 and '-'");
    }
    if (index < 0) {
      throw new IllegalArgumentException(role.text() + " index " + index + " is below 0");
    }
  }

  /// The only one of its role, or the first.
  public static Instance main(Role role) {
    return new Instance(role, MAIN, 0);
  }

  /// Reads what [#key] writes.
  ///
  /// @throws IllegalArgumentException if it is something else
  public static Instance parse(String key) {
    String[] parts = key.split("/", -1);
    if (parts.length != 3 || !parts[2].matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException("'" + key + "' is no SERVICE/NAME/INDEX");
    }
    Role role =
        Role.parse(parts[0])
            .orElseThrow(() -> new IllegalArgumentException("there is no service " + parts[0]));
    return new Instance(role, parts[1], Integer.parseInt(parts[2]));
  }

  /// `augmenter/main/1`: the key of its messages in the journal.
  public String key() {
    return role.text() + "/" + name + "/" + index;
  }

  /// What people read, and the name of its files: `producer`, `augmenter-1`, `trainer-mca`,
  /// `trainer-mca-1`. The name [#MAIN] and the index 0 go without saying.
  @Override
  public String toString() {
    return role.text() + (name.equals(MAIN) ? "" : "-" + name) + (index == 0 ? "" : "-" + index);
  }
}
