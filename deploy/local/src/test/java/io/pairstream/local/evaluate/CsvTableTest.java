package io.pairstream.local.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTableTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void commasAndQuotesAreKeptInTheirCell() throws Exception {
    CsvTable table = new CsvTable("class", "share");
    table.row("Pushing [something], \"fast\"", 0.5);
    table.row("plain", Double.NaN);
    table.write(folder.resolve("table.csv"));
    assertThat(Files.readString(folder.resolve("table.csv")))
        .isEqualTo("class,share\n\"Pushing [something], \"\"fast\"\"\",0.5\nplain,\n");
  }
}
