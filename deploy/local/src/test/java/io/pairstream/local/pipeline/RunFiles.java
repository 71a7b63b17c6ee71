package io.pairstream.local.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a run or a trainer leaves.
final class RunFiles {
  private RunFiles() {}

  static JsonNode report(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }

  /// The two trainers' folders hold the same weights and the same state of the optimizer.
  static void requireSameResult(Path checkpoints, Path others) throws IOException {
    for (String name : new String[] {"model.safetensors", "optimizer.safetensors"}) {
      byte[] mine = Files.readAllBytes(checkpoints.resolve("latest").resolve(name));
      byte[] theirs = Files.readAllBytes(others.resolve("latest").resolve(name));
      assertThat(mine.length).as(name).isGreaterThan(1000);
      assertThat(mine).as(name + " of " + others).isEqualTo(theirs);
    }
  }
}
