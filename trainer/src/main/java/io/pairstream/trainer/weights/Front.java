package io.pairstream.trainer.weights;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.stream.Stream;

/// What wrappers around a model put in front of its tensors' names, one in another.
///
/// @param dropped what is left out where a name begins with it
/// @param restored what was left out of all names and belongs to them
public record Front(String dropped, String restored) {
  /// Names as they are.
  public static final Front NONE = new Front("", "");

  /// DataParallel's, `torch.compile`'s, and what people call a network inside another.
  private static final List<String> WRAPPERS =
      List.of("module.", "_orig_mod.", "model.", "backbone.", "encoder.");

  private static final int DEEPEST = 8;
  private static final int MOST = 32;

  /// What can be in front of some of these names, that of none first; and what may have been left
  /// out of all of them by mistake.
  ///
  /// @param prefix that was left out of all
  static List<Front> candidates(Collection<String> names, String prefix) {
    SequencedSet<String> dropped = new LinkedHashSet<>();
    for (String name : names) {
      int end = 0;
      for (int depth = 0; depth < DEEPEST && dropped.size() < MOST; depth++) {
        int next = end + wrapper(name, end);
        if (next == end) {
          break;
        }
        dropped.add(name.substring(0, next));
        end = next;
      }
    }
    SequencedSet<String> restored = new LinkedHashSet<>();
    int begin = 0;
    for (int depth = 0; depth < DEEPEST && begin < prefix.length(); depth++) {
      restored.add(prefix.substring(begin));
      begin += wrapper(prefix + ".", begin);
    }
    return Stream.of(
            Stream.of(NONE),
            dropped.stream().map(front -> new Front(front, "")),
            restored.reversed().stream().map(front -> new Front("", front)))
        .flatMap(fronts -> fronts)
        .toList();
  }

  /// What all names have in front.
  static String ofAll(Collection<String> names) {
    if (names.isEmpty()) {
      return "";
    }
    String first = names.iterator().next();
    int end = 0;
    for (int depth = 0; depth < DEEPEST; depth++) {
      String longer = first.substring(0, end + wrapper(first, end));
      if (!names.stream()
          .allMatch(name -> name.startsWith(longer) && name.length() > longer.length())) {
        break;
      }
      end = longer.length();
    }
    return first.substring(0, end);
  }

  /// How long the wrapper's name is at a place in a tensor's; 0 if none is there, or nothing behind
  /// it.
  private static int wrapper(String name, int at) {
    return WRAPPERS.stream()
        .filter(wrapper -> name.startsWith(wrapper, at) && name.length() > at + wrapper.length())
        .mapToInt(String::length)
        .findFirst()
        .orElse(0);
  }

  /// Whether a name begins with what is dropped.
  boolean isOf(String name) {
    return name.startsWith(dropped) && name.length() > dropped.length();
  }

  /// A name without it; one that does not begin with it stays.
  String without(String name) {
    return restored + (isOf(name) ? name.substring(dropped.length()) : name);
  }

  /// What is left out of a name that has a prefix, before that was left out of all.
  public String leftOut(String prefix) {
    return prefix.substring(0, prefix.length() - restored.length()) + dropped;
  }
}
