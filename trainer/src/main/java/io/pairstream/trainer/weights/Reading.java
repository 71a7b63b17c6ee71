package io.pairstream.trainer.weights;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;

/// How the names of a file become the reference's: what is in front of them, and whose they are.
public record Reading(Front front, Naming naming) {
  /// Every one that could be.
  ///
  /// @param prefix that was left out of all names
  public static List<Reading> candidates(Collection<String> names, String prefix) {
    List<Reading> readings = new ArrayList<>();
    for (Front front : Front.candidates(names, prefix)) {
      for (Naming naming : Naming.values()) {
        readings.add(new Reading(front, naming));
      }
    }
    return readings;
  }

  /// The one to take when no model says what to look for.
  public static Reading of(Collection<String> names) {
    for (Front front : Front.candidates(names, "")) {
      Set<String> within =
          names.stream().filter(front::isOf).map(front::without).collect(Collectors.toSet());
      for (Naming naming : Naming.values()) {
        if (naming.recognises(within)) {
          return new Reading(front, naming);
        }
      }
    }
    return new Reading(Front.NONE, Naming.REFERENCE);
  }

  /// The reference's name for a tensor, if it has one.
  public Optional<String> rename(String name) {
    return naming.rename(front.without(name));
  }

  /// The file's names by the reference's. Where two would be the same, the one with the front
  /// counts.
  ///
  /// @throws IllegalArgumentException if both have it
  public SequencedMap<String, String> targets(Collection<String> names) {
    SequencedMap<String, String> targets = new LinkedHashMap<>();
    for (String name : names) {
      String target = rename(name).orElse("");
      String before = target.isEmpty() ? null : targets.get(target);
      if (before != null && front.isOf(before) == front.isOf(name)) {
        throw new IllegalArgumentException("two tensors of the file would be " + target);
      }
      if (!target.isEmpty() && (before == null || front.isOf(name))) {
        targets.put(target, name);
      }
    }
    return targets;
  }
}
