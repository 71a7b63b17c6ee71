package io.pairstream.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.clip.BatchId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AugmentationCatalogTest {
  private final AugmentationCatalog catalog = AugmentationCatalog.load();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "swapmix             | swapmix(beta=1)",
        "swapmix()           | swapmix(beta=1)",
        "swapmix(beta=1.0)   | swapmix(beta=1)",
        "swapmix(beta=0.20)  | swapmix(beta=0.2)",
        "swapmix(beta=1e-3)  | swapmix(beta=0.001)",
        "swapmix(beta=1e-300)| swapmix(beta=1.0E-300)",
        "identity            | identity",
        "identity()          | identity",
        "hue-jitter(max=0.5) | hue-jitter(max=0.5,p=1)",
        "grayscale+swapmix   | grayscale(p=1)+swapmix(beta=1)",
        " grayscale ( p = .5 ) + swapmix | grayscale(p=0.5)+swapmix(beta=1)",
        "identity+swapmix    | swapmix(beta=1)",
        "identity+identity   | identity",
        "choice(0.7*swapmix,0.3*hue-jitter(max=0.5)) | choice(0.7*swapmix(beta=1),0.3*hue-jitter(max=0.5,p=1))",
        "choice(swapmix,2*identity)+grayscale | choice(1*swapmix(beta=1),2*identity)+grayscale(p=1)",
        "choice(1*choice(3*grayscale+swapmix,1*swapmix),identity) | choice(1*choice(3*grayscale(p=1)+swapmix(beta=1),1*swapmix(beta=1)),1*identity)",
      })
  void aTextHasOneCanonicalForm(String text, String canonical) {
    assertThat(catalog.parse(text).text()).isEqualTo(canonical);
    assertThat(catalog.parse(canonical).text()).isEqualTo(canonical);
    assertThat(catalog.parse(canonical)).isEqualTo(catalog.parse(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                      | position 1: the name of an augmentation is missing",
        "swapmx(beta=1)          | position 1: 'swapmx' is unknown; known: augmix, channel-permutation,",
        "swapmix(beta=1          | position 15: ')' is missing",
        "swapmix(beta)           | position 13: '=' is missing",
        "swapmix(=1)             | position 9: the name of a parameter is missing",
        "swapmix(alpha=1)        | position 9: parameter 'alpha' is unknown; known: beta",
        "identity(beta=1)        | position 10: parameter 'beta' is unknown; known: none",
        "swapmix(beta=0)         | position 14: beta is '0', not a number above 0",
        "swapmix(beta=-1)        | position 14: beta is '-1', not a number above 0",
        "swapmix(beta=NaN)       | position 14: beta is 'NaN', not a number above 0",
        "swapmix(beta=1e999)     | position 14: beta is '1e999', not a number above 0",
        "swapmix(beta=one)       | position 14: beta is 'one', not a number above 0",
        "swapmix(beta=1,beta=2)  | position 16: 'beta' is given twice",
        "swapmix(beta=1)x        | position 16: 'x' is too much",
        "Swapmix                 | position 1: the name of an augmentation is missing",
        "swapmix+                | position 9: the name of an augmentation is missing",
        "swapmix+grayscal        | position 9: 'grayscal' is unknown",
        "grayscale+swapmix(beta=0) | position 24: beta is '0', not a number above 0",
        "grayscale(p=2)          | position 13: p is '2', not a number from 0 to 1",
        "cutout(fill=1.5)        | position 13: fill is '1.5', not a whole number from 0 to 255",
        "randaugment(interpolation=nearest) | position 27: interpolation is 'nearest', not one of bicubic, bilinear",
        "choice                  | position 7: '(' is missing",
        "choice()                | position 8: a weight or the name of an augmentation is missing",
        "choice(0*swapmix)       | position 8: weight '0' is not a number above 0",
        "choice(-1*swapmix)      | position 8: weight '-1' is not a number above 0",
        "choice(x*swapmix)       | position 8: 'x' is unknown",
        "choice(2swapmix)        | position 8: weight '2swapmix' is not a number above 0",
        "choice(2)               | position 9: '*' is missing",
        "choice(1*swapmix        | position 17: ')' is missing",
      })
  void anErrorNamesThePositionAndWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> catalog.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("augmentation '" + text + "', " + message);
  }

  @Test
  void whatIsDoneToBothHalvesStandsBeforeTheBar() {
    AugmentationPlan plan = catalog.parse("base: grayscale(p=.2) + hue-jitter | swapmix");
    assertThat(plan.text())
        .isEqualTo("base:grayscale(p=0.2)+hue-jitter(max=0.5,p=1)|swapmix(beta=1)");
    assertThat(catalog.parse(plan.text())).isEqualTo(plan);
    assertThat(plan.base().text()).isEqualTo("grayscale(p=0.2)+hue-jitter(max=0.5,p=1)");
    assertThat(plan.pair()).isEqualTo(catalog.parse("swapmix").pair());
    assertThat(catalog.parse("base:identity|swapmix")).isEqualTo(catalog.parse("swapmix"));
    assertThat(catalog.parse("base:grayscale|identity").text())
        .isEqualTo("base:grayscale(p=1)|identity");
    assertThatThrownBy(() -> catalog.parse("base:grayscale"))
        .hasMessageEndingWith("position 15: '|' is missing");
    assertThatThrownBy(() -> catalog.parse("swapmix|grayscale"))
        .hasMessageEndingWith("position 8: '|grayscale' is too much");
  }

  @Test
  void choicesAreNotNestedWithoutEnd() {
    String deep = "choice(".repeat(10_000);
    assertThatThrownBy(() -> catalog.parse(deep)).hasMessageContaining("more than 16 deep");
  }

  @Test
  void aChoiceIsDrawnForEachBatchByItsWeights() {
    Chain chain = catalog.parse("choice(3*swapmix,1*grayscale+hue-jitter)").pair();
    int swapped = 0;
    for (int batch = 0; batch < 4_000; batch++) {
      List<Chain.Placed> drawn = chain.of(new BatchDraws(1, new BatchId(0, batch)));
      swapped += drawn.size() == 1 ? 1 : 0;
    }
    assertThat(swapped / 4_000.0).isBetween(0.72, 0.78);
  }

  @Test
  void anAugmentationDrawsDifferentlyAtEachPlaceOfAChain() {
    List<Chain.Placed> twice =
        catalog.parse("hue-jitter+hue-jitter").pair().of(new BatchDraws(1, new BatchId(0, 0)));
    assertThat(twice.get(0).draws().clip(0, "x").nextLong())
        .isNotEqualTo(twice.get(1).draws().clip(0, "x").nextLong());
  }

  @Test
  void twoAugmentationsOfOneNameAreABuildThatIsWrong() {
    assertThatThrownBy(() -> AugmentationCatalog.of(List.of(new SwapMix(), new SwapMix(2))))
        .hasMessageContaining("'swapmix' is both");
  }

  @Test
  void whetherTheAugmentedHalfFollowsIsAPropertyOfWhatMakesIt() {
    AugmentationCatalog catalog = AugmentationCatalog.load();
    for (String text :
        List.of(
            "swapmix",
            "identity",
            "swapmix(beta=0.4)",
            "choice(0.5*swapmix,0.5*identity)",
            "identity+swapmix")) {
      assertThat(catalog.parse(text).followsFromRecipe()).as(text).isTrue();
      assertThat(catalog.parse(text).drawsOnly()).as(text).isTrue();
    }
    AugmentationPlan behindBase = catalog.parse("base:grayscale(p=0.2)|swapmix");
    assertThat(behindBase.followsFromRecipe()).isTrue();
    assertThat(behindBase.drawsOnly()).isFalse();
    for (String text :
        List.of("grayscale", "grayscale+swapmix", "swapmix+swapmix", "choice(swapmix,cutout)")) {
      assertThat(catalog.parse(text).followsFromRecipe()).as(text).isFalse();
      assertThat(catalog.parse(text).drawsOnly()).as(text).isFalse();
    }
  }
}
