package io.pairstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
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

  /// Every one that the golden object names, to 1e-6; and it names them all.
  ///
  /// @param except names of those that are told by other tests
  void assertEqualTo(JsonNode golden, Set<String> except) {
    assertThat(golden.size()).as("tensors in the case").isPositive();
    golden
        .properties()
        .forEach(entry -> {
          if (!except.contains(entry.getKey())) {
            get(entry.getKey()).assertEqualTo(entry.getValue(), entry.getKey());
          }
        });
  }
}
