package io.pairstream.augmenter.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        "swapmx(beta=1)          | position 1: 'swapmx' is unknown; known: identity, inverted,",
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
      })
  void anErrorNamesThePositionAndWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> catalog.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("augmentation '" + text + "', " + message);
  }

  @Test
  void twoAugmentationsOfOneNameAreABuildThatIsWrong() {
    assertThatThrownBy(() -> AugmentationCatalog.of(List.of(new SwapMix(), new SwapMix(2))))
        .hasMessageContaining("'swapmix' is both");
  }
}
