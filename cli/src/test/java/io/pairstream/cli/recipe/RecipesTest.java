package io.pairstream.cli.recipe;

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

  private static String value(Recipe recipe, String option) {
    Recipe.Setting setting = recipe.settings(RecipeSection.TRAIN).get(option);
    return setting == null ? "" : setting.value();
  }

  @Test
  void everyFileIsARecipeOrAPieceOfSome() throws IOException {
    Path resources = Require.root().resolve("cli/src/main/resources/recipes");
    try (Stream<Path> files = Files.list(resources)) {
      assertThat(files.map(path -> path.getFileName().toString().replace(".recipe", "")))
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(Recipes.NAMES.stream(), PIECES.stream()).toList());
    }
  }

  @Test
  void everyRecipeSaysInALineWhatItIsAndTellsBothSections() {
    for (String name : Recipes.NAMES) {
      Recipe recipe = Recipes.read(name);
      assertThat(recipe.description()).as(name).isNotBlank().hasSizeLessThan(100);
      assertThat(recipe.settings(RecipeSection.TRAIN)).as(name).isNotEmpty();
      assertThat(recipe.settings(RecipeSection.EVALUATE)).as(name).isNotEmpty();
    }
  }

  /// A value without a reason above it belongs to the block that the nearest reason begins.
  @Test
  void everySectionBeginsWithAReason() {
    for (String name : Recipes.NAMES) {
      Recipe recipe = Recipes.read(name);
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
      Recipe recipe = Recipes.read(name);
      assertThat(Double.parseDouble(value(recipe, "--alignment-weight")))
          .as(name)
          .isEqualTo(lambda);
      assertThat(value(recipe, "--baseline")).isEqualTo("false");
      assertThat(value(recipe, "--mca-probability")).isEqualTo("1");
      Recipe baseline = Recipes.read(name.replace("-mca", ""));
      assertThat(value(baseline, "--baseline")).isEqualTo("true");
      assertThat(value(baseline, "--mca-probability")).isEqualTo("0");
    });
  }

  @Test
  void clipsToAStepAreThoseOfThePaper() {
    Map<String, Integer> clips =
        Map.of("tsm-sthv1", 32, "tsm-k400", 64, "slowfast-sthv1", 16, "uniformer-sthv1", 2 * 32);
    clips.forEach((name, wanted) -> {
      Recipe recipe = Recipes.read(name);
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
      Recipe recipe = Recipes.read(name);
      Path printed = file(name + ".recipe", String.join("\n", recipe.lines()));
      Recipe again = Recipes.read(printed.toString());
      assertThat(again.lines()).as(name).isEqualTo(recipe.lines());
      for (RecipeSection section : RecipeSection.values()) {
        Map<String, String> values = new TreeMap<>();
        again.settings(section).forEach((option, setting) -> values.put(option, setting.value()));
        assertThat(values)
            .hasSameSizeAs(recipe.settings(section))
            .allSatisfy((option, value) ->
                assertThat(recipe.settings(section).get(option))
                    .extracting(Recipe.Setting::value)
                    .isEqualTo(value));
      }
    }
  }

  @Test
  void aFileIncludesAShippedOneAndAnotherFileAndHasTheLastWord() throws IOException {
    file("mine.recipe", "[train]\n--epochs=3\n--model=mine\n");
    Path own =
        file(
            "own.recipe",
            "# My own\n\ninclude tsm-hmdb51\ninclude mine.recipe\n\n[train]\n# fewer\n--epochs=2\n");
    Recipe recipe = Recipes.read(own.toString());
    assertThat(recipe.description()).isEqualTo("My own");
    assertThat(value(recipe, "--epochs")).isEqualTo("2");
    assertThat(value(recipe, "--model")).isEqualTo("mine");
    assertThat(value(recipe, "--schedule")).isEqualTo("step:20,40");
    assertThat(recipe.lines()).containsSequence("# fewer", "--epochs=2");
  }

  @Test
  void aBrokenFileIsToldWithItsNameTheLineAndWhatIsWrong() throws IOException {
    refused("[train]\n\nlearning-rate=1\n", "line 3: 'learning-rate=1' is no option");
    refused("# x\n--epochs=1\n", "line 2: --epochs is in no section");
    refused("[train]\n--epochs=1\n--epochs=2\n", "line 3: --epochs is there twice");
    refused("[test]\n", "line 1: '[test]' is not [train] or [evaluate]");
    refused("include nothing\n", "line 1: there is no recipe 'nothing' to include");
    refused("include broken.recipe\n", "line 1: 'broken.recipe' includes itself");
    refused("[train]\ninclude tsm-hmdb51\n", "line 2: 'include' stands before the sections");
  }

  private void refused(String text, String sentence) throws IOException {
    Path broken = file("broken.recipe", text);
    assertThatThrownBy(() -> Recipes.read(broken.toString()))
        .hasMessageContaining("recipe file '" + broken + "', " + sentence);
  }
}
