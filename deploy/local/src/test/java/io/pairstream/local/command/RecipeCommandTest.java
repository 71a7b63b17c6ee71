package io.pairstream.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.cli.Commands;
import io.pairstream.cli.ConfiguredExecution;
import io.pairstream.cli.options.ArgumentList;
import io.pairstream.cli.options.RecipeFlags;
import io.pairstream.cli.source.EnvironmentDefaults;
import io.pairstream.cli.source.Recipes;
import io.pairstream.producer.command.ClipFlags;
import io.pairstream.trainer.command.LearningFlags;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

class RecipeCommandTest {
  @TempDir private Path folder = Path.of("");
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int execute(CommandLine line, String... arguments) {
    line.setErr(new PrintWriter(err, true));
    line.setOut(new PrintWriter(out));
    return line.execute(arguments);
  }

  private int execute(String... arguments) {
    return execute(Commands.line(Map.of()), arguments);
  }

  private void refused(String naming, String... arguments) {
    err.getBuffer().setLength(0);
    assertThat(execute(arguments)).as(err.toString()).isEqualTo(2);
    assertThat(err.toString().lines()).hasSize(1).allMatch(line -> line.startsWith("pairstream: "));
    assertThat(err.toString()).contains(naming);
  }

  private String recipe(String text) throws IOException {
    return Files.writeString(folder.resolve("own.yaml"), text).toString();
  }

  /// As `train`, but that it only tells its options.
  @Command(name = "train")
  private static final class Teller implements Runnable {
    @Mixin private RecipeFlags recipe = new RecipeFlags();
    @Mixin private ClipFlags clips = new ClipFlags();
    @Mixin private LearningFlags learning = new LearningFlags();
    @Spec private @Nullable CommandSpec spec;
    private List<String> words = List.of();

    @Override
    public void run() {
      CommandLine line = Objects.requireNonNull(spec).commandLine();
      words = ArgumentList.of(line.getParseResult(), clips, learning).words();
    }
  }

  @Command(name = "pairstream")
  private static final class Root {
    @Option(names = "--config", scope = ScopeType.INHERIT)
    private @Nullable Path config;
  }

  /// The options that a command gets which takes a recipe.
  private List<String> told(Map<String, String> environment, String... arguments) {
    Teller teller = new Teller();
    CommandLine line = new CommandLine(new Root());
    line.addSubcommand(teller);
    EnvironmentDefaults defaults = new EnvironmentDefaults(environment);
    line.setDefaultValueProvider(defaults);
    line.setExecutionStrategy(new ConfiguredExecution(defaults));
    List<String> words = new ArrayList<>(List.of("train"));
    words.addAll(List.of(arguments));
    assertThat(execute(line, words.toArray(String[]::new))).as(err.toString()).isZero();
    return teller.words;
  }

  @Test
  void theCommandLineComesBeforeTheEnvironmentAndThatBeforeTheRecipe() throws IOException {
    String own = recipe("train:\n  frames: 1\n  height: 1\n  width: 1\n");
    Map<String, String> environment = Map.of("PAIRSTREAM_FRAMES", "2", "PAIRSTREAM_HEIGHT", "2");
    assertThat(told(environment, "--recipe", own, "--frames=3"))
        .containsExactlyInAnyOrder("--frames=3", "--height=2", "--width=1");
  }

  @Test
  void aFileOfOptionsComesBeforeTheRecipe() throws IOException {
    String own = recipe("train:\n  frames: 1\n");
    Path options = Files.writeString(folder.resolve("options"), "recipe: " + own + "\nframes: 3\n");
    assertThat(told(Map.of(), "--config=" + options)).containsExactly("--frames=3");
    assertThat(told(Map.of("PAIRSTREAM_CONFIG", options.toString()), "--height=5"))
        .containsExactlyInAnyOrder("--frames=3", "--height=5");
  }

  @Test
  void theRecipeIsNamedByTheEnvironmentToo() throws IOException {
    Map<String, String> environment = Map.of("PAIRSTREAM_RECIPE", recipe("train:\n  frames: 1\n"));
    assertThat(told(environment)).containsExactly("--frames=1");
    assertThat(told(environment, "--recipe=none")).isEmpty();
  }

  @Test
  void aFlagIsTakenBackOrGivenAgain() throws IOException {
    String own = recipe("train:\n  flip: true\n  baseline: true\n");
    assertThat(told(Map.of(), "--recipe", own)).containsExactlyInAnyOrder("--flip", "--baseline");
    assertThat(told(Map.of(), "--recipe", own, "--flip=false", "--baseline"))
        .containsExactlyInAnyOrder("--flip=false", "--baseline");
    assertThat(told(Map.of("PAIRSTREAM_FLIP", "false"), "--recipe", own))
        .containsExactlyInAnyOrder("--flip=false", "--baseline");
    assertThat(told(Map.of("PAIRSTREAM_FLIP", "true"), "--flip")).containsExactly("--flip");
  }

  @Test
  void theTestSectionIsNotForTraining() throws IOException {
    String own = recipe("train:\n  frames: 1\n\nevaluate:\n  frames: 2\n");
    assertThat(told(Map.of(), "--recipe", own)).containsExactly("--frames=1");
  }

  /// `run` looks at all of its options before it looks for the videos.
  @Test
  void everyRecipeIsWhatEveryCommandTakes() {
    String missing = folder.resolve("nowhere").toString();
    String to = folder.resolve("out").toString();
    for (String name : Recipes.NAMES) {
      refused(
          "dataset " + missing + " does not exist",
          "run",
          "--recipe",
          name,
          "--dataset",
          missing,
          "--out",
          to);
      for (String command : List.of("produce", "augment", "train", "evaluate")) {
        // What is missing next is the broker, the dataset or the checkpoint: the recipe was read.
        err.getBuffer().setLength(0);
        assertThat(execute(command, "--recipe", name)).isEqualTo(2);
        assertThat(err.toString()).containsIgnoringCase("missing").doesNotContain("recipe '");
      }
    }
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void anUnknownRecipeIsToldWithThoseThatThereAre() {
    refused("unknown recipe 'tsm-sth'", "run", "--recipe=tsm-sth", "--out=x");
    assertThat(err.toString()).contains("tsm-sthv1-mca").contains("uniformer-sthv1");
    refused("there is no file 'no/where'", "train", "--recipe=no/where", "--checkpoints=x");
    refused("unknown recipe 'x'", "recipe", "show", "x");
  }

  @Test
  void anOptionThatNoCommandHasIsToldWithFileAndLine() throws IOException {
    String own = recipe("# x\ntrain:\n  epochs: 2\n  lerning-rate: 0.1\n");
    String sentence =
        "file '"
            + own
            + "', line 4: no command of 'train' has an option"
            + " 'lerning-rate' (did you mean 'learning-rate'?)";
    for (String command : List.of("run --out=x", "produce", "augment", "train --checkpoints=x")) {
      List<String> words = new ArrayList<>(List.of(command.split(" ")));
      words.add("--recipe=" + own);
      refused(sentence, words.toArray(String[]::new));
    }
    refused(sentence, "recipe", "show", own);
    refused(
        "no command of 'train' has an option 'recipe'",
        "run",
        "--out=x",
        "--recipe=" + recipe("train:\n  recipe: tsm-hmdb51\n"));
  }

  @Test
  void aValueThatAnOptionCannotHaveIsToldWithFileAndLine() throws IOException {
    String own = recipe("train:\n  epochs: many\n");
    refused("file '" + own + "', line 2: ", "run", "--out=x", "--recipe=" + own);
    assertThat(err.toString()).contains("--epochs").contains("'many'");
  }

  @Test
  void listHasALineForEach() {
    assertThat(execute("recipe", "list")).isZero();
    assertThat(out.toString().lines()).hasSize(Recipes.NAMES.size());
    assertThat(out.toString()).containsPattern("tsm-hmdb51-mca +TSM on HMDB51 with MCA .*are ours");
    refused("a command is missing: list or show", "recipe");
  }

  @Test
  void showHasAllThatIsIncludedWithItsReason() {
    assertThat(execute("recipe", "show", "tsm-sthv2-mca")).isZero();
    assertThat(out.toString().lines())
        .contains("train:", "  model: tsm-resnet50", "  flip: false", "evaluate:")
        .containsSequence(
            "  # λ as it acts: the authors' --lambda_av 0.65, which their TSM code multiplies by 3.",
            "  alignment-weight: 1.95")
        .noneMatch(line -> line.startsWith("include"));
  }
}
