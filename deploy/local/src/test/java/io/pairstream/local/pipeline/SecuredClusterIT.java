package io.pairstream.local.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.broker.testing.SecuredBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The services against a cluster that wants TLS and a password, configured as pods are: one file
/// of options for all of them, one with Kafka's settings and secrets.
class SecuredClusterIT {
  @TempDir static Path folder;

  @Test
  void theServicesRunWithTheirSecretsInAFileAndTellThemNobody() throws Exception {
    Path videos = SmallVideos.draw(folder.resolve("videos"), 5, 2);
    Path out = Files.createDirectories(folder.resolve("out"));
    try (SecuredBroker broker = SecuredBroker.start(folder.resolve("cluster"))) {
      Path secrets = SecuredBroker.write(folder.resolve("client.properties"), broker.client());
      Path config =
          Files.write(
              folder.resolve("pairstream.yaml"),
              List.of(
                  "train:",
                  "  bootstrap: " + broker.bootstrap(),
                  "  kafka-config: " + secrets,
                  "  run: secured",
                  "  dataset: " + videos,
                  "  frames: 4",
                  "  height: 32",
                  "  width: 32",
                  "  clips-per-batch: 4",
                  "  partitions: 2",
                  "  epochs: 1",
                  "  model: tsm-resnet18-narrow",
                  "  threads: 1",
                  "  checkpoints: " + out.resolve("main")));
      try (PairstreamProcess producer = start(out, "produce", config);
          PairstreamProcess augmenter = start(out, "augment", config);
          PairstreamProcess trainer = start(out, "train", config)) {
        trainer.requireExit(0);
        producer.requireExit(0);
        augmenter.requireExit(0);
      }
      String proof =
          PairstreamProcess.run(
              out.resolve("verify.log"),
              "verify",
              "--run=secured",
              "--bootstrap=" + broker.bootstrap(),
              "--kafka-config=" + secrets);
      assertThat(proof).contains("missing 0, duplicates 0, corrupt 0");
    }
    assertThat(out.resolve("main")).isDirectory();
    // A part of it that no file format escapes.
    String part = "secret";
    assertThat(SecuredBroker.PASSWORD).contains(part);
    requireNowhere(part);
  }

  private static PairstreamProcess start(Path out, String command, Path config) throws IOException {
    return PairstreamProcess.start(
        out.resolve(command + ".log"),
        command,
        "--config=" + config,
        "--report=" + out.resolve(command + ".json"));
  }

  /// Looks for a secret in everything that the processes wrote.
  private static void requireNowhere(String secret) throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
      List<Path> written = files.filter(Files::isRegularFile).toList();
      assertThat(written).hasSizeGreaterThan(6);
      for (Path file : written) {
        assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.UTF_8))
            .as(file.toString())
            .doesNotContain(secret);
      }
    }
  }
}
