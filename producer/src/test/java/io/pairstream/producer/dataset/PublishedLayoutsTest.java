package io.pairstream.producer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.config.OptionException;
import io.pairstream.ops.ServiceException;
import io.pairstream.testing.Require;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Small datasets in the layouts in which the published ones are unpacked.
class PublishedLayoutsTest {
  @TempDir Path folder;

  private Path write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private void videos(String... paths) throws IOException {
    for (String path : paths) {
      write(path, path);
    }
  }

  private static DatasetOptions options(Path path, String format, int split) {
    return new DatasetOptions(
        path, format, Optional.empty(), Optional.empty(), split, OptionalDouble.empty());
  }

  private static DatasetFormats.Recognised recognise(Path path) throws IOException {
    return DatasetFormats.recognise(options(path, DatasetFormats.AUTO, 1));
  }

  private static Dataset read(Path path, String format) throws IOException {
    DatasetFormats.Recognised recognised = recognise(path);
    assertThat(recognised.format()).isEqualTo(format);
    return recognised.reader().read();
  }

  private static List<String> ids(List<Sample> samples) {
    return samples.stream().map(Sample::clipId).toList();
  }

  private static List<String> validation(Dataset dataset) {
    return ids(dataset.validationSets().getFirst().samples());
  }

  @Test
  void somethingV1CountsItsClassesInAlphabeticalOrder() throws IOException {
    videos("20bn-something-something-v1/7/00001.jpg", "20bn-something-something-v1/7/00002.jpg");
    videos("20bn-something-something-v1/9/00001.jpg", "20bn-something-something-v1/12/00001.jpg");
    write("something-something-v1-labels.csv", "Turning something\nHolding something\n");
    write("something-something-v1-train.csv", "7;Turning something\n9;Holding something\n");
    write("something-something-v1-validation.csv", "12;Holding something\n");
    write("something-something-v1-test.csv", "13\n");
    Dataset dataset = read(folder, "something-v1");
    assertThat(dataset.classNames()).containsExactly("Holding something", "Turning something");
    assertThat(ids(dataset.training())).containsExactly("7", "9");
    assertThat(dataset.training()).extracting(Sample::label).containsExactly(1, 0);
    assertThat(dataset.training()).extracting(Sample::videoBytes).containsExactly(2L, 1L);
    assertThat(validation(dataset)).containsExactly("12");
  }

  @Test
  void somethingV2TakesTheNumbersOfItsLabelsAndTheBracketsOffItsTemplates() throws IOException {
    for (String start : List.of("something-something-v2-", "")) {
      Path root = folder.resolve(start + "root");
      String at = start + "root/";
      videos(at + "20bn-something-something-v2/1.webm", at + "20bn-something-something-v2/2.webm");
      write(
          at + start + "labels.json",
          "{\"Holding something\": \"1\", \"Opening something\": \"0\"}");
      write(
          at + start + "train.json",
          "[{\"id\": \"1\", \"label\": \"opening a box\", \"template\": \"Opening [something]\","
              + " \"placeholders\": [\"a box\"]}]");
      write(
          at + start + "validation.json",
          "[{\"id\":\"2\",\"template\":\"Holding [something]\",\"placeholders\":[]}]");
      write(at + start + "test.json", "[{\"id\":\"3\"}]");
      Dataset dataset = read(root, "something-v2");
      assertThat(dataset.classNames()).containsExactly("Opening something", "Holding something");
      assertThat(dataset.training())
          .extracting(Sample::clipId, Sample::label)
          .containsExactly(org.assertj.core.groups.Tuple.tuple("1", 0));
      assertThat(dataset.training()).allMatch(Sample::exists);
      assertThat(validation(dataset)).containsExactly("2");
    }
  }

  @Test
  void somethingV2NamesWhatIsWrongInItsFiles() throws IOException {
    videos("v/1.webm");
    write("validation.json", "[]");
    write("labels.json", "{\"Holding something\": \"0\", \"Opening something\": \"2\"}");
    write("train.json", "[{\"id\": \"1\", \"template\": \"Opening [something]\"}]");
    assertThatThrownBy(() -> read(folder, "something-v2"))
        .hasMessageContaining("its 2 labels are not 0 to 1, each once: 1 is missing");
    write("labels.json", "{\"Holding something\": \"0\"}");
    assertThatThrownBy(() -> read(folder, "something-v2"))
        .hasMessageContaining("video 1 has the template 'Opening [something]', which is not in");
    write("train.json", "[{\"id\": \"1\",\n oops}]");
    assertThatThrownBy(() -> read(folder, "something-v2"))
        .hasMessageContaining("train.json, line 2: this is no JSON");
    write("train.json", "[{\"id\": \"5\", \"template\": \"Holding [something]\"}]");
    assertThatThrownBy(() -> read(folder, "something-v2"))
        .hasMessageContaining("none of the first 1 videos of")
        .hasMessageContaining("(5, …)");
  }

  @Test
  void kinetics400IsReadFromItsOfficialLists() throws IOException {
    String header = "label,youtube_id,time_start,time_end,split\n";
    videos("train/air drumming/a_000001_000011.mp4", "train/zumba/-b_000002_000012.mp4");
    videos("val/c_000003_000013.mkv");
    write(
        "annotations/train.csv",
        header + "zumba,-b,2,12,train\n\"air drumming\",a,1,11,train\nzumba,gone,1,11,train\n");
    write("annotations/val.csv", header + "zumba,c,3,13,validate\n");
    Dataset dataset = read(folder, "kinetics400");
    assertThat(dataset.classNames()).containsExactly("air drumming", "zumba");
    assertThat(dataset.training())
        .extracting(Sample::clipId, Sample::label)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("-b_000002_000012", 1),
            org.assertj.core.groups.Tuple.tuple("a_000001_000011", 0));
    assertThat(validation(dataset)).containsExactly("c_000003_000013");
    assertThat(dataset.passedOver())
        .containsExactly(new Dataset.PassedOver("listed videos that are not there", 1));
    assertThat(dataset.training()).allMatch(Sample::exists);
  }

  @Test
  void hmdb51IsReadFromItsSplitFiles() throws IOException {
    for (String of : List.of("wave", "run")) {
      videos("hmdb51_org/" + of + "/a&b_(x)_1.avi", "hmdb51_org/" + of + "/2.avi");
      videos("hmdb51_org/" + of + "/3.avi");
      for (int split : new int[] {1, 2}) {
        write(
            "testTrainMulti_7030_splits/%s_test_split%d.txt".formatted(of, split),
            split == 1 ? "a&b_(x)_1.avi 1 \n2.avi 2 \n3.avi 0 \n" : "3.avi 1 \n2.avi 2 \n");
      }
    }
    Dataset dataset = read(folder, "hmdb51");
    assertThat(dataset.classNames()).containsExactly("run", "wave");
    assertThat(ids(dataset.training())).containsExactly("run/a&b_(x)_1.avi", "wave/a&b_(x)_1.avi");
    assertThat(dataset.training()).allMatch(Sample::exists);
    assertThat(validation(dataset)).containsExactly("run/2.avi", "wave/2.avi");
    assertThat(dataset.passedOver()).extracting(Dataset.PassedOver::count).containsExactly(2L);
    Dataset second =
        DatasetFormats.recognise(options(folder, DatasetFormats.AUTO, 2)).reader().read();
    assertThat(ids(second.training())).containsExactly("run/3.avi", "wave/3.avi");
    assertThatThrownBy(() -> DatasetFormats.recognise(options(folder, DatasetFormats.AUTO, 3)))
        .hasMessageContaining("there are no files of split 3");
  }

  @Test
  void ucf101IsReadAsUnpackedFromAboveAndFromItsLists() throws IOException {
    videos("UCF-101/Run/r1.avi", "UCF-101/Run/r2.avi");
    write("ucfTrainTestlist/classInd.txt", "\uFEFF1 Run\r\n");
    write("ucfTrainTestlist/trainlist01.txt", "Run/r1.avi 1\r\n");
    write("ucfTrainTestlist/testlist01.txt", "Run/r2.avi\r\n");
    for (Path root : List.of(folder, folder.resolve("ucfTrainTestlist"))) {
      Dataset dataset = read(root, "ucf101");
      assertThat(dataset.classNames()).containsExactly("Run");
      assertThat(dataset.training()).allMatch(Sample::exists);
      assertThat(dataset.validationSets().getFirst().samples()).allMatch(Sample::exists);
    }
  }

  @Test
  void videosMayBeTranscodedOrFoldersOfFrames() throws IOException {
    videos("UCF-101/Run/r1/image_00001.jpg", "UCF-101/Run/r2.mp4");
    write("classInd.txt", "1 Run\n");
    write("trainlist01.txt", "Run/r1.avi 1\n");
    write("testlist01.txt", "Run/r2.avi\n");
    Dataset dataset = read(folder, "ucf101");
    assertThat(dataset.training().getFirst().video()).isEqualTo(folder.resolve("UCF-101/Run/r1"));
    assertThat(dataset.validationSets().getFirst().samples().getFirst().video())
        .isEqualTo(folder.resolve("UCF-101/Run/r2.mp4"));
  }

  @Test
  void whatTwoFormatsClaimIsRefusedUntilOneIsChosen() throws IOException {
    videos("UCF-101/Run/r1.avi", "Run/r1.avi");
    write("classInd.txt", "1 Run\n");
    write("trainlist01.txt", "Run/r1.avi 1\n");
    write("testlist01.txt", "");
    write("Run_test_split1.txt", "r1.avi 1\n");
    assertThatThrownBy(() -> recognise(folder))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("may be hmdb51 (")
        .hasMessageContaining("or ucf101 (")
        .hasMessageContaining("--dataset-format");
    assertThat(DatasetFormats.recognise(options(folder, "ucf101", 1)).format()).isEqualTo("ucf101");
  }

  @Test
  void aFormatThatIsAskedForAndNotThereSaysWhatIsMissing() throws IOException {
    videos("a/1.mp4", "b/1.mp4");
    assertThatThrownBy(() -> DatasetFormats.recognise(options(folder, "something-v2", 1)))
        .hasMessageContaining("is not something-v2")
        .hasMessageContaining("no something-something-v2-labels.json and train.json")
        .hasMessageContaining("it holds a/, b/");
    assertThatThrownBy(() -> options(folder, "ucf", 1))
        .isInstanceOf(OptionException.class)
        .hasMessageContaining("--dataset-format 'ucf' is not auto, something-v1");
  }

  /// As people brought them: each of these was one class, or had the parts' names as classes.
  @Test
  void theCasesAreRecognised() throws IOException {
    Path layouts = Require.shared("cases/layouts-one-class");
    assertThat(read(layouts.resolve("hmdb51"), "hmdb51").classNames())
        .containsExactly("blue", "green", "red");
    Dataset something = read(layouts.resolve("ssv2"), "something-v2");
    assertThat(something.classNames())
        .containsExactly(
            "Pushing something from left to right",
            "Pushing something from right to left",
            "Opening something");
    assertThat(something.training()).hasSize(9).allMatch(Sample::exists);
    Dataset ucf = read(layouts.resolve("ucf101-as-unpacked"), "ucf101");
    assertThat(ucf.classNames()).containsExactly("red", "green", "blue");
    assertThat(ucf.training()).hasSize(9).allMatch(Sample::exists);
    Dataset parts = read(layouts.resolve("train_256-val_256"), "folder");
    assertThat(parts.classNames()).containsExactly("blue", "red");
    assertThat(parts.validationSets()).hasSize(1);

    Path marked = Require.shared("cases/list-bom");
    assertThat(read(marked.resolve("list.txt"), "list").training())
        .hasSize(3)
        .allMatch(Sample::exists);
    assertThat(ClassList.read(marked.resolve("classes_bom.txt")))
        .containsExactly("red", "green", "blue");
    assertThat(read(marked.resolve("ucf_bom"), "ucf101").classNames())
        .containsExactly("red", "green", "blue");

    Path refused = Require.shared("cases/lists-refused");
    for (String list : List.of("k400_space.csv", "trailing.txt")) {
      assertThat(read(refused.resolve(list), "list").training())
          .hasSize(3)
          .allMatch(Sample::exists);
    }

    Dataset junk = read(Require.shared("cases/junk-files"), "folder");
    assertThat(junk.training().size() + junk.validationSets().getFirst().samples().size())
        .isEqualTo(8);
    assertThat(junk.passedOver().stream().mapToLong(Dataset.PassedOver::count).sum()).isEqualTo(10);
  }
}
