package io.pairstream.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.DataType;
import io.pairstream.clip.DType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ServiceException;
import io.pairstream.trainer.model.ModelSpec;
import io.pairstream.trainer.model.ModelSpec.Crop;
import io.pairstream.trainer.model.Scores;
import io.pairstream.trainer.model.StateDict;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.model.VideoNets;
import io.pairstream.trainer.torch.TorchRuntime;
import io.pairstream.wire.SafeTensors;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TesterTest {
  private static final int CLASSES = 3;

  @TempDir private Path folder = Path.of("");

  /// A file with the weights that a new model begins with.
  private TestSubject subject(String model) throws IOException {
    Path file = folder.resolve(model + ".safetensors");
    ModelSpec spec =
        new ModelSpec(
            model,
            new ModelSpec.Input(4, Optional.of(new Crop(32, 32))),
            CLASSES,
            ModelSpec.Regularization.OWN,
            1,
            DataType.FLOAT32);
    try (VideoNet net = VideoNets.create(spec, TorchRuntime.start(1).newManager());
        OutputStream out = Files.newOutputStream(file)) {
      new SafeTensors(StateDict.of(net), new TreeMap<>()).write(out);
    }
    return TestSubject.at(
        file, new TestSubject.Hints(Optional.of(model), Optional.empty(), Optional.empty()));
  }

  private static Tester.Input input(int tested, int trained, int classes) {
    return new Tester.Input(
        4, new Crop(tested, tested), new Crop(trained, trained), Normalization.IMAGENET, classes);
  }

  private static void refused(TestSubject subject, Tester.Input input, String sentence) {
    assertThatThrownBy(() -> Tester.open(subject, input, 1).close())
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining(sentence)
        .extracting(e -> ((ServiceException) e).exitCode())
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void slowFastKeepsTheWindowsOfItsTrainingAndGivesProbabilities() throws IOException {
    TestSubject subject = subject("slowfast-8x8-r50");
    try (Tester tester = Tester.open(subject, input(64, 32, CLASSES), 1)) {
      assertThat(tester.kind()).isEqualTo(Scores.PROBABILITIES);
      float[] scores = tester.scores(Tensor.zeros(DType.U8, Shape.of(2, 4, 64, 64, 3)));
      assertThat(scores).hasSize(2 * CLASSES);
      assertThat(scores[0] + scores[1] + scores[2]).isCloseTo(1, within(1e-5f));
    }
    refused(subject, input(32, 64, CLASSES), "smaller than the training crop of this model, 64×64");
  }

  @Test
  void aClassifierOfOtherClassesIsNotDrawnAnew() throws IOException {
    TestSubject subject = subject("tsm-resnet18-narrow");
    try (Tester tester = Tester.open(subject, input(32, 32, CLASSES), 1)) {
      assertThat(tester.kind()).isEqualTo(Scores.LOGITS);
    }
    refused(
        subject,
        input(32, 32, CLASSES + 1),
        "cannot be tested on 4 classes: the file has 3 classes, the model 4");
  }

  @Test
  void aModelThatTheFileIsNotForIsRefused() throws IOException {
    TestSubject narrow = subject("tsm-resnet18-narrow");
    TestSubject wrong =
        TestSubject.at(
            Path.of(narrow.weights().toString()),
            new TestSubject.Hints(Optional.of("tsm-resnet18"), Optional.empty(), Optional.empty()));
    refused(wrong, input(32, 32, CLASSES), "do not fit tsm-resnet18");
  }
}
