package io.pairstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.testing.Golden;
import io.pairstream.trainer.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/// The models give the numbers that the MCA authors' code printed. Cases are discovered in the
/// golden folder: every `models/NET/*.json` with a `meta`. In float64 they are held to 1e-6, in
/// float32 to the golden README's table.
class GoldenParityTest {
  private final TorchRuntime torch = TorchRuntime.start(2);

  @TestFactory
  Stream<DynamicNode> everyCaseAgrees() throws IOException {
    Path folder = Golden.directory().resolve("models");
    assertThat(folder).as("the golden folder's models").isDirectory();
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder, 2)) {
      files =
          all.filter(file -> folder.relativize(file).getNameCount() == 2)
              .filter(file -> file.toString().endsWith(".json"))
              .sorted()
              .toList();
    }
    List<DynamicNode> cases = files.stream().map(this::node).toList();
    assertThat(cases.stream().filter(node -> !node.getDisplayName().endsWith("state_dict.json")))
        .as("cases in %s", folder)
        .isNotEmpty();
    return cases.stream();
  }

  private DynamicNode node(Path file) {
    String name = Golden.directory().relativize(file).toString();
    JsonNode golden = Golden.read(name);
    if (golden.has("meta")) {
      GoldenAspects aspects = new GoldenAspects(GoldenCase.of(name, golden, torch));
      return dynamicContainer(name, aspects.tests());
    }
    return dynamicTest(name, () -> GoldenStateDict.assertSame(golden, torch));
  }
}
