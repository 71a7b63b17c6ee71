package io.pairstream.trainer;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// Summaries by name.
record Summaries(Map<String, Summary> byName) {
  static Summaries of(Map<String, NDArray> arrays) {
    Map<String, Summary> summaries = new LinkedHashMap<>();
    arrays.forEach((name, array) -> summaries.put(name, Summary.of(array)));
    return new Summaries(summaries);
  }

  Set<String> names() {
    return byName.keySet();
  }

  Summary get(String name) {
    Summary summary = byName.get(name);
    if (summary == null) {
      throw new AssertionError("there is no " + name);
    }
    return summary;
  }
}
