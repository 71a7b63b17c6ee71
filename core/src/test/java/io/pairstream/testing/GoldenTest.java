package io.pairstream.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class GoldenTest {
  @Test
  void hashesAndDrawsAsTheReferenceDoes() {
    JsonNode cases = Golden.read("vectors/prng.json").get("prng");
    assertThat(cases).isNotEmpty();
    for (JsonNode one : cases) {
      String name = one.get("name").asText();
      long hash = Golden.hash(name);
      assertThat(java.util.HexFormat.of().toHexDigits(hash))
          .isEqualTo(one.get("fnv1a64_hex").asText());
      for (int i = 0; i < one.get("u").size(); i++) {
        assertThat(Golden.uniform("", name, i)).isEqualTo(one.get("u").get(i).asDouble());
      }
    }
  }
}
