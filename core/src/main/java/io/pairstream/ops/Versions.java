package io.pairstream.ops;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// Which versions of what did something.
///
/// @param byName such as `java`, in the order in which they are shown
public record Versions(@JsonValue Map<String, String> byName) {
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public Versions {
    byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
  }

  /// Those of this program, of libraries and of Java.
  ///
  /// @param libraries name and version
  @SafeVarargs
  public static Versions with(Map.Entry<String, String>... libraries) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("pairstream", Version.current());
    for (Map.Entry<String, String> library : libraries) {
      all.put(library.getKey(), library.getValue());
    }
    all.put("java", Runtime.version().toString());
    return new Versions(all);
  }

  /// All of these; of a name that several have, the last one's version.
  public static Versions union(Collection<Versions> several) {
    Map<String, String> all = new LinkedHashMap<>();
    several.forEach(one -> all.putAll(one.byName));
    return new Versions(all);
  }
}
