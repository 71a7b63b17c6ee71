package io.pairstream.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.cli.options.ArgumentList;
import io.pairstream.ops.ServiceException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  private static final ArgumentList BEGAN = ArgumentList.parse(List.of("--epochs=2"));
  private static final ArgumentList MORE = ArgumentList.parse(List.of("--epochs=3"));

  @TempDir private Path root = Path.of("");

  private RunFolder begun() {
    RunFolder folder = RunFolder.create(root);
    folder.keepOptions(BEGAN);
    return folder;
  }

  @Test
  void optionsThatAServiceRefusesAreNotKept() {
    RunFolder folder = begun();
    ServiceException refusal = ServiceException.usage("the run has another seed");
    assertThatThrownBy(() ->
            folder.goOnWith(
                MORE,
                () -> {
                  throw refusal;
                }))
        .isSameAs(refusal);
    assertThat(folder.options()).isEqualTo(BEGAN);
  }

  @Test
  void optionsOfARunThatFailsOtherwiseAreKept() {
    RunFolder folder = begun();
    ServiceException failure = ServiceException.environment("the broker is gone");
    assertThatThrownBy(() ->
            folder.goOnWith(
                MORE,
                () -> {
                  throw failure;
                }))
        .isSameAs(failure);
    assertThat(folder.options()).isEqualTo(MORE);
  }

  @Test
  void optionsThatAreTakenAreKept() throws InterruptedException {
    RunFolder folder = begun();
    assertThat(folder.goOnWith(MORE, () -> 0)).isZero();
    assertThat(folder.options()).isEqualTo(MORE);
  }
}
