package io.pairstream.cli.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.testing.Require;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipesTest {
  /// Files that are included and are no experiments.
  private static final Set<String> PIECES = Set.of("tsm-common", "mca-common");

  @TempDir private Path folder = Path.of("");

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static String value(OptionFile recipe, String option) {
    Setting setting = recipe.settings(OptionSection.TRAIN).get(option);
    return setting == null ? "" : setting.text(",");
  }

  @Test
  void everyFileIsARecipeOrAPieceOfSome() throws IOException {
    Path resources = Require.root().resolve("cli/src/main/resources/recipes");
    try (Stream<Path> files = Files.list(resources)) {
      assertThat(files.map(path -> path.getFileName().toString().replace(".yaml", "")))
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(Recipes.NAMES.stream(), PIECES.stream()).toList());
    }
  }

  @Test
  void everyRecipeSaysInALineWhatItIsAndTellsBothSections() {
    for (String name : Recipes.NAMES) {
      OptionFile recipe = Recipes.read(name);
      assertThat(recipe.description()).as(name).isNotBlank().hasSizeLessThan(100);
      assertThat(recipe.settings(OptionSection.TRAIN)).as(name).isNotEmpty();
      assertThat(recipe.settings(OptionSection.EVALUATE)).as(name).isNotEmpty();
    }
  }

  /// A value without a reason above it belongs to the block that the nearest reason begins.
  @Test
  void everySectionBeginsWithAReason() {
    for (String name : Recipes.NAMES) {
      OptionFile recipe = Recipes.read(name);
      recipe
          .sections()
          .forEach((section, settings) ->
              assertThat(settings.values().iterator().next().comments())
                  .as(name + " " + section.text())
                  .isNotEmpty());
    }
  }

  /// λ as it acts: thrice the option of the authors' TSM scripts, as written in the others.
  @Test
  void lambdaIsThatOfTheAuthorsTrainings() {
    Map<String, Double> lambdas =
        Map.of(
            "tsm-sthv1-mca", 3.0,
            "tsm-sthv2-mca", 1.95,
            "tsm-k400-mca", 1.2,
            "slowfast-sthv1-mca", 0.75,
            "uniformer-sthv1-mca", 1.0);
    lambdas.forEach((name, lambda) -> {
      OptionFile recipe = Recipes.read(name);
      assertThat(Double.parseDouble(value(recipe, "--alignment-weight")))
          .as(name)
          .isEqualTo(lambda);
      assertThat(value(recipe, "--baseline")).isEqualTo("false");
      assertThat(value(recipe, "--mca-probability")).isEqualTo("1");
      OptionFile baseline = Recipes.read(name.replace("-mca", ""));
      assertThat(value(baseline, "--baseline")).isEqualTo("true");
      assertThat(value(baseline, "--mca-probability")).isEqualTo("0");
    });
  }

  @Test
  void clipsToAStepAreThoseOfThePaper() {
    Map<String, Integer> clips =
        Map.of("tsm-sthv1", 32, "tsm-k400", 64, "slowfast-sthv1", 16, "uniformer-sthv1", 2 * 32);
    clips.forEach((name, wanted) -> {
      OptionFile recipe = Recipes.read(name);
      int batch = Integer.parseInt(value(recipe, "--clips-per-batch"));
      assertThat(batch * Integer.parseInt(value(recipe, "--accumulate")))
          .as(name)
          .isEqualTo(wanted);
    });
  }

  @Test
  void onlySomethingSomethingIsNotMirrored() {
    for (String name : Recipes.NAMES) {
      assertThat(value(Recipes.read(name), "--flip"))
          .as(name)
          .isEqualTo(name.contains("-sth") ? "false" : "true");
    }
  }

  @Test
  void whatIsOursIsSaidWhereTheAuthorsPublishedNoSettings() {
    for (String name : List.of("tsm-hmdb51", "tsm-ucf101-mca", "tsm-sthv1-augmix-va")) {
      assertThat(String.join(" ", Recipes.read(name).lines())).as(name).contains("Ours:");
    }
  }

  @Test
  void aRecipeThatIsPrintedIsTheSameRecipe() throws IOException {
    for (String name : Recipes.NAMES) {
      OptionFile recipe = Recipes.read(name);
      Path printed = file(name + ".yaml", String.join("\n", recipe.lines()));
      OptionFile again = Recipes.read(printed.toString());
      assertThat(again.lines()).as(name).isEqualTo(recipe.lines());
      for (OptionSection section : OptionSection.values()) {
        assertThat(values(again, section)).isEqualTo(values(recipe, section)).isNotEmpty();
      }
    }
  }

  private static Map<String, List<String>> values(OptionFile recipe, OptionSection section) {
    Map<String, List<String>> values = new TreeMap<>();
    recipe.settings(section).forEach((option, setting) -> values.put(option, setting.values()));
    return values;
  }

  @Test
  void aFileIncludesAShippedOneAndAnotherFileAndHasTheLastWord() throws IOException {
    file("mine.yaml", "train:\n  epochs: 3\n  model: mine\n");
    Path own =
        file(
            "own.yaml",
            "# My own\n\ninclude: [tsm-hmdb51, mine.yaml]\n\ntrain:\n  # fewer\n  epochs: 2\n");
    OptionFile recipe = Recipes.read(own.toString());
    assertThat(recipe.description()).isEqualTo("My own");
    assertThat(value(recipe, "--epochs")).isEqualTo("2");
    assertThat(value(recipe, "--model")).isEqualTo("mine");
    assertThat(value(recipe, "--schedule")).isEqualTo("step:20,40");
    assertThat(recipe.lines()).containsSequence("  # fewer", "  epochs: 2");
  }

  @Test
  void aValueIsWhatIsWrittenWhateverYamlTakesItFor() throws IOException {
    Path own =
        file(
            "own.yaml",
            "init: \"a: b # c\"\nrate: 5e-4\nflip: true\nlabel: 0x10\nmean: [0.1, 0.20]\n"
                + "text: 'it''s \"new\"'\nnone: \"null\"\nodd: \"-\"\n");
    Map<String, Setting> options = Recipes.read(own.toString()).own();
    assertThat(options.get("--init")).extracting(s -> s.text(",")).isEqualTo("a: b # c");
    assertThat(options.get("--rate")).extracting(s -> s.text(",")).isEqualTo("5e-4");
    assertThat(options.get("--flip")).extracting(s -> s.text(",")).isEqualTo("true");
    assertThat(options.get("--label")).extracting(s -> s.text(",")).isEqualTo("0x10");
    assertThat(options.get("--mean")).extracting(s -> s.text(",")).isEqualTo("0.1,0.20");
    OptionFile again =
        Recipes.read(
            file("again.yaml", String.join("\n", Recipes.read(own.toString()).lines())).toString());
    assertThat(again.own().values().stream().map(Setting::values))
        .containsExactlyElementsOf(options.values().stream().map(Setting::values).toList());
  }

  @Test
  void aBrokenFileIsToldWithItsNameTheLineAndWhatIsWrong() throws IOException {
    refused("train:\n\n  epochs: 1\n  learning-rate=1\n", "line 5: this is no YAML");
    refused("train:\n  --epochs: 1\n", "line 2: '--epochs' is no option");
    refused("train:\n  epochs: 1\n  epochs: 2\n", "line 3: epochs is there twice");
    refused("test:\n  epochs: 1\n", "line 1: 'test' is no section; there are train or evaluate");
    refused("train: 3\n", "line 1: section 'train' has no options");
    refused("epochs:\n", "line 1: epochs has no value");
    refused("mean: [1, [2]]\n", "line 1: mean has a value that is neither");
    refused("- epochs\n", "line 1: options as 'name: value' are expected");
    refused("include: nothing\n", "line 1: there is no recipe 'nothing' to include");
    refused("include:\n  - broken.yaml\n", "line 2: 'broken.yaml' includes itself");
    refused("a: 1\n---\nb: 2\n", "line 2: this is no YAML");
    refused("a: *b\n", "line 1: this is no YAML");
  }

  @Test
  void anEmptyFileHasNoOptions() throws IOException {
    assertThat(Recipes.read(file("empty.yaml", "").toString()).own()).isEmpty();
    assertThat(Recipes.read(file("comment.yaml", "# nothing\n").toString()).own()).isEmpty();
  }

  private void refused(String text, String sentence) throws IOException {
    Path broken = file("broken.yaml", text);
    assertThatThrownBy(() -> Recipes.read(broken.toString()))
        .hasMessageContaining("file '" + broken + "', " + sentence);
  }
}
