package io.pairstream.local.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.PairRecipe;
import io.pairstream.config.KafkaOptions;
import io.pairstream.run.TopicScan;
import io.pairstream.testing.BuiltJar;
import io.pairstream.testing.Require;
import io.pairstream.wire.MalformedRecordException;
import io.pairstream.wire.PairBatchSerde;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// Whole runs with augmentations of every kind: the trainers take what the augmenters make.
@Execution(ExecutionMode.CONCURRENT)
class AugmentationIT {
  private static final String SERVICES = "META-INF/services/io.pairstream.augment.Augmentation";
  private static final int EPOCHS = 2;
  private static final int PARTITIONS = 3;
  private static final int BATCHES = EPOCHS * 4;

  @TempDir static Path folder;
  private static Path videos = Path.of("");

  @BeforeAll
  static void drawVideos() throws IOException {
    videos = SmallVideos.draw(folder.resolve("videos"), 8, 2);
  }

  private static List<String> content(String... more) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--dataset=" + videos,
                "--frames=4",
                "--height=32",
                "--width=32",
                "--clips-per-batch=4",
                "--partitions=" + PARTITIONS,
                "--epochs=" + EPOCHS));
    options.addAll(List.of(more));
    return options;
  }

  private static final List<String> LEARNING =
      List.of("--model=tsm-resnet18-narrow", "--threads=1", "--checkpoint-every=5");

  private static String[] words(String command, List<String> options, String... more) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(options);
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  /// Everything on this machine.
  private static PairstreamProcess run(String name, String... options) throws IOException {
    List<String> all = content(options);
    all.addAll(LEARNING);
    all.add("--out=" + folder.resolve(name));
    all.add("--report=" + folder.resolve(name + ".json"));
    return PairstreamProcess.start(folder.resolve(name + ".log"), words("run", all));
  }

  private static JsonNode report(String name) throws IOException {
    return RunFiles.report(folder.resolve(name + ".json"));
  }

  @Test
  void everyEncodingCarriesEveryKindOfAugmentation() throws Exception {
    String text =
        "base:color-jitter(hue=0)|choice(2*swapmix,1*randaugment(n=1)+swapmix,1*identity)";
    for (String encoding : new String[] {"u8", "f16", "recipe"}) {
      try (PairstreamProcess run =
          run("mixed-" + encoding, "--encoding=" + encoding, "--augmentation=" + text)) {
        run.requireExit(0);
      }
      JsonNode report = report("mixed-" + encoding);
      assertThat(report.get("steps").asLong()).isEqualTo(BATCHES);
      for (String none : new String[] {"missing", "duplicates", "corrupt", "skipped", "rejected"}) {
        assertThat(report.get(none).asLong()).as(none).isZero();
      }
    }
  }

  @Test
  void aPluginThatThrowsSkipsTheBatchAndTheRunGoesOn() throws Exception {
    Path plugins = Files.createDirectory(folder.resolve("plugins"));
    plugin(plugins, "if (clips.id().batch() == 2) throw new IllegalStateException(\"too dark\");");
    String[] options = {"--plugins=" + plugins, "--augmentation=odd", "--max-bad-ratio=1"};
    try (PairstreamProcess run = run("odd", options)) {
      run.requireExit(0);
    }
    JsonNode report = report("odd");
    // One batch in each epoch, told and passed on.
    assertThat(report.get("skipped").asLong()).isEqualTo(EPOCHS);
    assertThat(report.get("rejected").asLong()).isEqualTo(EPOCHS);
    assertThat(report.get("missing").asLong()).isZero();
    assertThat(report.get("steps").asLong()).isEqualTo(BATCHES - EPOCHS);
    // The same name with other code is another run.
    plugin(plugins, "");
    try (PairstreamProcess again =
        PairstreamProcess.start(
            folder.resolve("odd-again.log"),
            "run",
            "--resume",
            "--epochs=" + (EPOCHS + 1),
            "--out=" + folder.resolve("odd"))) {
      assertThat(again.requireExit(2)).contains("augmentation", "sha256");
    }
  }

  /// A jar with the augmentation `odd`, which does this to each batch and then leaves it alone.
  private static void plugin(Path plugins, String statement) throws IOException {
    Path work = Files.createTempDirectory(folder, "odd");
    Path source = work.resolve("Odd.java");
    Files.writeString(
        source,
        """
        import io.pairstream.augment.*;
        import io.pairstream.clip.*;
        public class Odd implements Augmentation {
          public String name() { return "odd"; }
          public Augmentation with(Parameters parameters) { parameters.requireOnly(); return this; }
          public String text() { return "odd"; }
          public PairRecipe augment(ClipBatch clips, BatchDraws draws, AugmentedPixels result) {
            %s
            result.copied();
            return new PairRecipe.Opaque("odd");
          }
        }
        """
            .formatted(statement));
    Map<String, byte[]> entries = BuiltJar.compiled(List.of(source), work);
    entries.put(SERVICES, "Odd".getBytes(StandardCharsets.UTF_8));
    BuiltJar.write(plugins.resolve("odd.jar"), entries);
  }

  /// Another process, in another language, in place of the built-in augmenter, beside the others.
  @Test
  void anAugmenterInPythonTakesThePlaceOfTheBuiltInOne() throws Exception {
    Path python = Require.python("numpy, confluent_kafka");
    Path out = Files.createDirectory(folder.resolve("python"));
    try (PairstreamProcess broker = broker(out)) {
      String address = address(out, broker);
      try (PairstreamProcess producer = producer(out, address);
          ForeignAugmenter augmenter = ForeignAugmenter.start(python, out, address)) {
        train(out, address);
        producer.requireExit(0);
        assertThat(augmenter.requireEnd()).isEqualTo(BATCHES);
      }
      requireWhole(out, address);
    }
  }

  /// One that is started again sends its last pairs a second time, as the built-in one may.
  @Test
  void anAugmenterInPythonThatIsStartedAgainGoesOnWhereItWas() throws Exception {
    Path python = Require.python("numpy, confluent_kafka");
    Path out = Files.createDirectory(folder.resolve("python-again"));
    try (PairstreamProcess broker = broker(out)) {
      String address = address(out, broker);
      String[] more = {"--leave-when-sent", "--encoding=f16"};
      try (PairstreamProcess producer = producer(out, address, more)) {
        producer.requireExit(0);
      }
      for (long batches : new long[] {BATCHES, PARTITIONS}) {
        try (ForeignAugmenter augmenter = ForeignAugmenter.start(python, out, address)) {
          assertThat(augmenter.requireEnd()).isEqualTo(batches);
        }
      }
      train(out, address);
      requireWhole(out, address);
    }
  }

  private static PairstreamProcess broker(Path out) throws IOException {
    String data = "--data=" + out.resolve("broker");
    return PairstreamProcess.start(out.resolve("broker.log"), "broker", data, "--port=0");
  }

  private static String address(Path out, PairstreamProcess broker) {
    assertThat(broker.alive()).isTrue();
    return PairstreamProcess.awaitFile(out.resolve("broker/broker.address"));
  }

  private static PairstreamProcess producer(Path out, String address, String... more)
      throws IOException {
    List<String> options = content(more);
    options.add("--bootstrap=" + address);
    return PairstreamProcess.start(out.resolve("produce.log"), words("produce", options));
  }

  private static void train(Path out, String address) throws Exception {
    String checkpoints = "--checkpoints=" + out.resolve("main");
    PairstreamProcess.run(
        out.resolve("train.log"), words("train", LEARNING, checkpoints, "--bootstrap=" + address));
  }

  private static void requireWhole(Path out, String address) throws Exception {
    String verified =
        PairstreamProcess.run(out.resolve("verify.log"), "verify", "--bootstrap=" + address);
    assertThat(verified).contains("missing 0, duplicates 0, corrupt 0");
    requirePairs(address);
  }

  /// `examples/python/augmenter.py` at work.
  private record ForeignAugmenter(Process process, Path result, Path log) implements AutoCloseable {
    static ForeignAugmenter start(Path python, Path out, String address) throws IOException {
      Path script = Require.root().resolve("examples/python/augmenter.py");
      Path result = out.resolve("augmenter.json");
      // The Kafka library tells there of what it gets over.
      Path log = out.resolve("augmenter.log");
      Process process =
          new ProcessBuilder(python.toString(), script.toString(), "--bootstrap", address)
              .redirectError(log.toFile())
              .redirectOutput(result.toFile())
              .start();
      return new ForeignAugmenter(process, result, log);
    }

    /// How many batches it passed on.
    long requireEnd() throws Exception {
      boolean ended = process.waitFor(1, TimeUnit.MINUTES);
      String said = Files.readString(log);
      assertThat(ended).as(said).isTrue();
      assertThat(process.exitValue()).as(said).isZero();
      return RunFiles.report(result).get("batches").asLong();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private static void requirePairs(String address) {
    List<PairBatch> pairs = new ArrayList<>();
    try (TopicScan scan = new TopicScan(new KafkaOptions(address), 1 << 20)) {
      scan.forEach(
          "default.pairs",
          3,
          record -> {
            try {
              pairs.add(PairBatchSerde.decode(record.value()));
            } catch (MalformedRecordException e) {
              throw new AssertionError(e);
            }
          });
    }
    assertThat(pairs).isNotEmpty();
    assertThat(pairs).allMatch(pair -> pair.recipe().equals(new PairRecipe.Opaque("gamma")));
  }
}
