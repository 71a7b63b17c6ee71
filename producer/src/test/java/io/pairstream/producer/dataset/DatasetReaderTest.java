package io.pairstream.producer.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.pairstream.ops.ServiceException;
import io.pairstream.testing.Golden;
import io.pairstream.testing.Require;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetReaderTest {
  @TempDir Path folder;

  @Test
  void aMissingDatasetIsNamed() {
    assertRefused(
        folder.resolve("nowhere"), "dataset %s does not exist", folder.resolve("nowhere"));
  }

  @Nested
  class FolderPerClassDataset {
    @Test
    void trainAndValFoldersAreTrainingAndValidation() throws IOException {
      videos("train/walk/1.mp4", "train/walk/0.mp4", "train/jump/0.avi", "val/jump/9.mp4");
      Dataset dataset = read(folder);
      assertThat(dataset.classNames()).containsExactly("jump", "walk");
      assertThat(dataset.training())
          .extracting(Sample::clipId)
          .containsExactly("train/jump/0.avi", "train/walk/0.mp4", "train/walk/1.mp4");
      assertThat(dataset.training()).extracting(Sample::label).containsExactly(0, 1, 1);
      assertThat(dataset.training()).allMatch(Sample::exists);
      assertThat(dataset.validationSets())
          .containsExactly(
              new ValidationVideos(
                  "validation",
                  List.of(
                      new Sample(
                          "val/jump/9.mp4",
                          0,
                          folder.resolve("val/jump/9.mp4"),
                          Sample.UNKNOWN,
                          "val/jump/9.mp4".length()))));
    }

    @Test
    void validationIsAnotherNameOfVal() throws IOException {
      videos("train/a/0.mp4", "validation/a/1.mp4");
      assertThat(read(folder).validationSets().getFirst().samples())
          .extracting(Sample::clipId)
          .containsExactly("validation/a/1.mp4");
    }

    @Test
    void withoutValAShareOfTheClipsIsForValidation() throws IOException {
      for (int i = 0; i < 200; i++) {
        videos("a/%d.mp4".formatted(i), "b/%d.mp4".formatted(i));
      }
      Dataset dataset = read(folder);
      assertThat(dataset.training()).hasSizeBetween(290, 350);
      assertThat(dataset.validationSets()).hasSize(1);
      assertThat(dataset.training())
          .doesNotContainAnyElementsOf(dataset.validationSets().getFirst().samples());
      Dataset none = read(withShare(folder, 0));
      assertThat(none.training()).hasSize(400);
      assertThat(none.validationSets()).isEmpty();
    }

    @Test
    void furtherValidationSetsKeepTheirNames() throws IOException {
      videos("a/0.mp4", "b/0.mp4");
      videos("validation-sets/hue-60/a/0.mp4", "validation-sets/dark/b/0.mp4");
      assertThat(read(withShare(folder, 0)).validationSets())
          .extracting(ValidationVideos::name)
          .containsExactly("dark", "hue-60");
    }

    @Test
    void textAndHiddenFilesArePassedOverAndEverythingElseIsAVideo() throws IOException {
      videos("a/0.mp4", "a/labels.CSV", "a/.0.mp4.swp", "a/noextension", ".git/b", "notes/a.txt");
      videos("readme.md", "a/deeper/1.weird", "b/0.mp4", "b/Thumbs.db", "b/0.mp4.part", "b/0.srt");
      Dataset dataset = read(withShare(folder, 0));
      assertThat(dataset.classNames()).containsExactly("a", "b");
      assertThat(dataset.training())
          .extracting(Sample::clipId)
          .containsExactly("a/0.mp4", "a/deeper/1.weird", "a/noextension", "b/0.mp4");
      assertThat(dataset.passedOver())
          .containsExactlyInAnyOrder(
              new Dataset.PassedOver("hidden files", 1),
              new Dataset.PassedOver("text files", 1),
              new Dataset.PassedOver("files of operating systems", 1),
              new Dataset.PassedOver("unfinished downloads", 1),
              new Dataset.PassedOver("subtitles, sound and arrays beside videos", 1));
    }

    @Test
    void aFolderOfNumberedImagesIsOneVideo() throws IOException {
      videos("run/y.mp4", "run/y.jpg");
      videos("walk/v1/00001.jpg", "walk/v1/00002.jpg", "walk/v0/image_1.png", "walk/x.mp4");
      List<Sample> samples = read(withShare(folder, 0)).training();
      assertThat(samples)
          .extracting(Sample::clipId)
          .containsExactly("run/y.mp4", "walk/v0", "walk/v1", "walk/x.mp4");
      assertThat(samples).extracting(Sample::videoBytes).containsExactly(9L, 1L, 2L, 10L);
    }

    @Test
    void anEmptyClassIsNamed() throws IOException {
      videos("a/0.mp4");
      Files.createDirectories(folder.resolve("b"));
      assertRefused(folder, "class folder %s has no videos", folder.resolve("b"));
    }

    @Test
    void aFolderWithoutClassesIsNamed() {
      assertThatThrownBy(() -> read(folder))
          .hasMessageContaining("is of no format that is known; it holds nothing")
          .hasMessageContaining("folder: no folder with videos");
    }

    @Test
    void aSingleClassIsNeverTakenByAccident() throws IOException {
      videos("videos/0.mp4", "videos/1.mp4");
      assertThatThrownBy(() -> read(folder))
          .hasMessageContaining(
              "only one folder with videos, videos, which would be the only class");
      assertThat(read(as("folder", folder)).classNames()).containsExactly("videos");
    }

    @Test
    void foldersOfClassesAreNotTakenForClasses() throws IOException {
      videos("part1/walk/0.mp4", "part1/run/0.mp4", "part2/walk/0.mp4");
      assertThatThrownBy(() -> read(folder))
          .hasMessageContaining("none of its folders (part1/, part2/) holds a video itself");
    }

    @Test
    void partsMayHaveTheNamesThatPeopleGiveThem() throws IOException {
      for (String names : List.of("train_256 val_256", "Train Valid", "videos_train videos_test")) {
        Path root = Files.createDirectories(folder.resolve(names));
        for (String part : names.split(" ")) {
          videos(names + "/" + part + "/a/0.mp4", names + "/" + part + "/b/0.mp4");
        }
        Dataset dataset = read(root);
        assertThat(dataset.classNames()).as(names).containsExactly("a", "b");
        assertThat(dataset.training()).hasSize(2);
        assertThat(dataset.validationSets().getFirst().samples()).hasSize(2);
      }
    }

    @Test
    void twoFoldersForOnePartAreRefused() throws IOException {
      videos("train/a/0.mp4", "train_256/a/0.mp4");
      assertThatThrownBy(() -> read(folder))
          .hasMessageContaining("two folders for one part, train and train_256");
    }

    @Test
    void aDanglingLinkIsAClipThatIsNotThereAndALoopIsNamed() throws IOException {
      videos("a/0.mp4", "b/0.mp4");
      Files.createSymbolicLink(folder.resolve("a/1.mp4"), Path.of("nowhere.mp4"));
      List<Sample> samples = read(withShare(folder, 0)).training();
      assertThat(samples)
          .extracting(Sample::clipId)
          .containsExactly("a/0.mp4", "a/1.mp4", "b/0.mp4");
      assertThat(samples).extracting(Sample::exists).containsExactly(true, false, true);
      Files.createSymbolicLink(folder.resolve("a/up"), Path.of(".."));
      assertThatThrownBy(() -> read(folder))
          .hasMessageContaining("leads back to a folder that it lies in")
          .hasMessageContaining("a/up");
    }

    @Test
    void aClassThatIsOnlyValidatedIsNamed() throws IOException {
      videos("train/a/0.mp4", "val/b/0.mp4");
      assertRefused(
          folder,
          "class folder %s has no counterpart in training",
          folder.resolve("val").resolve("b"));
    }

    @Test
    void valWithoutTrainIsNamed() throws IOException {
      videos("val/b/0.mp4");
      assertRefused(folder, "dataset %s has val but no train beside it", folder);
    }
  }

  @Nested
  class ListFileDataset {
    @Test
    void linesAreCutAsTheReferenceCutsThem() throws IOException {
      JsonNode golden = Golden.read("vectors/list_parse_2d.json");
      List<String> lines = new ArrayList<>();
      golden.get("lines").forEach(line -> lines.add(line.asText()));
      Path list = write("list.txt", String.join("\n", lines));
      List<Dataset.LeftOut> leftOut = new ArrayList<>();
      List<Sample> samples = ListFile.readClips(ClipList.read(list), 1_000, leftOut);
      JsonNode parsed = golden.get("parsed").get("train_or_val");
      assertThat(samples).hasSize(parsed.size());
      for (int i = 0; i < samples.size(); i++) {
        assertThat(samples.get(i).clipId()).isEqualTo(parsed.get(i).get(0).asText());
        assertThat(samples.get(i).listedFrames()).isEqualTo(parsed.get(i).get(1).longValue());
        assertThat(samples.get(i).label()).isEqualTo(parsed.get(i).get(2).intValue());
      }
      // What testing keeps and training does not is too short.
      Set<JsonNode> kept = new HashSet<>();
      parsed.forEach(kept::add);
      List<JsonNode> tooShort = new ArrayList<>();
      golden.get("parsed").get("test_mode").forEach(tooShort::add);
      tooShort.removeAll(kept);
      assertThat(leftOut).hasSameSizeAs(tooShort);
      for (int i = 0; i < tooShort.size(); i++) {
        assertThat(leftOut.get(i).clipId()).isEqualTo(tooShort.get(i).get(0).asText());
        assertThat(leftOut.get(i).cause())
            .contains("lists " + tooShort.get(i).get(1).longValue() + " frames");
      }
    }

    @Test
    void pathsAreRelativeToTheListAndUnknownFramesAreKept() throws IOException {
      videos("videos/a b.mp4", "videos/c.mp4");
      Path list =
          write("lists/train.txt", "../videos/a b.mp4 -1 0\r\n\r\n../videos/c.mp4 30 2\r\n");
      Dataset dataset = read(list);
      assertThat(dataset.classNames()).containsExactly("0", "1", "2");
      assertThat(dataset.training())
          .extracting(Sample::video)
          .containsExactly(folder.resolve("videos/a b.mp4"), folder.resolve("videos/c.mp4"));
      assertThat(dataset.training()).extracting(Sample::listedFrames).containsExactly(-1L, 30L);
      assertThat(dataset.validationSets()).isEmpty();
    }

    @Test
    void linesMayBeCutAtCommasOrTabs() throws IOException {
      videos("a b, c.mp4", "d.mp4");
      for (String text :
          List.of(
              "a b, c.mp4,7\nd.mp4,0\n",
              "a b, c.mp4, 7\nd.mp4, 0",
              "a b, c.mp4\t7\r\nd.mp4\t-1\t0\r\n",
              "a b, c.mp4 -1 7\nd.mp4 -1 0\n")) {
        List<Sample> samples = read(write("list.csv", text)).training();
        assertThat(samples).extracting(Sample::clipId).containsExactly("a b, c.mp4", "d.mp4");
        assertThat(samples).extracting(Sample::label).containsExactly(7, 0);
        assertThat(samples).extracting(Sample::listedFrames).containsExactly(-1L, -1L);
        assertThat(samples).allMatch(Sample::exists);
      }
      assertThat(read(write("list.tsv", "d.mp4\t12\t0")).training())
          .extracting(Sample::listedFrames)
          .containsExactly(12L);
    }

    @Test
    void listsAreReadAsTheFieldWritesThem() throws IOException {
      videos("a b.mp4", "d.mp4");
      for (String text :
          List.of(
              "\uFEFFa b.mp4 7\r\nd.mp4 0 \r\n",
              "# of mine\npath,label\na b.mp4,7\n\nd.mp4,0\n",
              "path,num_frames,label\na b.mp4,20,7\nd.mp4,20,0",
              "\"a b.mp4\",7\n\"d.mp4\",0",
              "video_path label\na b.mp4 7  \nd.mp4 0\t\n",
              "%s 7\n%s 0".formatted(folder.resolve("a b.mp4"), folder.resolve("d.mp4")))) {
        List<Sample> samples = read(write("list.csv", text)).training();
        assertThat(samples).as(text).extracting(Sample::label).containsExactly(7, 0);
        assertThat(samples)
            .as(text)
            .extracting(Sample::video)
            .containsExactly(folder.resolve("a b.mp4"), folder.resolve("d.mp4"));
      }
    }

    @Test
    void aRepeatedLineIsAClipEachTimeButNotWithAnotherLabel() throws IOException {
      videos("a.mp4");
      assertThat(read(write("list.txt", "a.mp4 1\na.mp4 1\na.mp4 1")).training())
          .extracting(Sample::clipId)
          .containsExactly("a.mp4", "a.mp4#2", "a.mp4#3");
      assertWrongLine("a.mp4 1\na.mp4 2", 2, "'a.mp4' has label 2, and in line 1 it had 1");
    }

    @Test
    void classNamesMayComeWithTheirNumbers() throws IOException {
      videos("a.mp4", "b.mp4");
      for (String names :
          List.of(
              "\uFEFFwalk\r\nstand up\r\n",
              "0 walk\n1 stand up",
              "stand up\t1\nwalk\t0",
              "1,walk\n2,stand up",
              "stand up 2\nwalk 1")) {
        DatasetOptions options =
            new DatasetOptions(
                write("train.txt", "a.mp4 0\nb.mp4 1"),
                Optional.empty(),
                Optional.of(write("classes.txt", names)),
                1,
                OptionalDouble.empty());
        assertThat(read(options).classNames()).as(names).containsExactly("walk", "stand up");
      }
      Path numbersOfTheirOwn = write("classes.txt", "level 1\nlevel 2");
      assertThat(ClassList.read(numbersOfTheirOwn)).containsExactly("level 1", "level 2");
    }

    @Test
    void aPathMayBeAFolderOfFrames() throws IOException {
      videos("123/00001.jpg", "123/00002.jpg", "123/00003.jpg");
      List<Sample> samples = read(write("list.txt", "123 3 0\n124 3 0\n")).training();
      assertThat(samples).extracting(Sample::videoBytes).containsExactly(3L, Sample.UNKNOWN);
    }

    @Test
    void aLineThatIsCutOtherwiseThanTheFirstIsNamed() throws IOException {
      videos("a.mp4");
      assertWrongLine("a.mp4,0\nb.mp4 3 1", 2, "'b.mp4 3 1' is not 'path label with commas'");
      assertWrongLine(
          "a.mp4 3 0\nb.mp4,1", 2, "'b.mp4,1' is not 'path num_frames label with spaces'");
      assertWrongLine(
          "a.mp4\t0\nb.mp4\t3\t1\t7",
          2,
          "'b.mp4\\t3\\t1\\t7' is not 'path label or path num_frames label with tabs'");
      assertWrongLine("a.mp4,0\n\"b.mp4,1", 2, "'\"b.mp4,1' has a quote that does not end");
      assertWrongLine(
          "a.mp4 0\nb\u200b.mp4 x",
          2,
          "label 'x' is not a number; the line is read as 'path label with spaces'");
    }

    private void assertWrongLine(String text, int number, String problem) throws IOException {
      Path list = write("list.txt", text);
      assertRefused(list, "%s, line %d: %s", list, number, problem);
    }

    @Test
    void aValidationListAndClassNamesMayComeAlong() throws IOException {
      videos("a.mp4", "b.mp4");
      Path list = write("train.txt", "a.mp4 -1 0");
      DatasetOptions options =
          new DatasetOptions(
              list,
              Optional.of(write("val.txt", "b.mp4 -1 1")),
              Optional.of(write("classes.txt", "walk\nstand up\n")),
              1,
              OptionalDouble.empty());
      Dataset dataset = read(options);
      assertThat(dataset.classNames()).containsExactly("walk", "stand up");
      assertThat(dataset.validationSets().getFirst().samples())
          .extracting(Sample::label)
          .containsExactly(1);
    }

    @Test
    void everyWrongLineIsNamedByFileAndNumber() throws IOException {
      videos("a.mp4");
      Path classes = write("classes.txt", "x\ny\n");
      assertWrongSecondLine("b.mp4", classes, "'b.mp4' is not 'path num_frames label with spaces'");
      assertWrongSecondLine(
          "b.mp4 3", classes, "'b.mp4 3' is not 'path num_frames label with spaces'");
      assertWrongSecondLine(" 3 1", classes, "' 3 1' is not 'path num_frames label with spaces'");
      assertWrongSecondLine("b.mp4 three 1", classes, "number of frames 'three' is not a number");
      assertWrongSecondLine(
          "b.mp4 3 one",
          classes,
          "label 'one' is not a number; the line is read as 'path num_frames label with spaces'");
      assertWrongSecondLine(
          "b.mp4 3 2", classes, "label 2 is out of range, the classes are 0 to 1");
      assertWrongSecondLine(
          "b.mp4 3 -1", classes, "label -1 is out of range, the classes are 0 to 1");
      assertWrongSecondLine(
          "b.mp4 -2 1", classes, "number of frames -2 is negative, and only -1 is unknown");
    }

    @Test
    void aValidationLabelThatTrainingNeverHasIsOutOfRange() throws IOException {
      videos("a.mp4");
      Path val = write("val.txt", "a.mp4 -1 5");
      DatasetOptions options =
          new DatasetOptions(
              write("train.txt", "a.mp4 -1 0"),
              Optional.of(val),
              Optional.empty(),
              1,
              OptionalDouble.empty());
      assertThatThrownBy(() -> read(options))
          .hasMessage(val + ", line 1: label 5 is out of range, the classes are 0 to 0");
    }

    @Test
    void aListOfNothingThatExistsIsAWrongList() throws IOException {
      Path list = write("list.txt", "a.mp4 -1 0\nb.mp4 -1 0");
      assertRefused(
          list,
          "none of the 2 videos of %s exists, the first would be %s",
          list,
          folder.resolve("a.mp4"));
    }

    @Test
    void anEmptyListAndAListOfOtherBytesAreNamed() throws IOException {
      Path empty = write("empty.txt", "\n \n");
      assertRefused(empty, "list %s names no usable video", empty);
      Path bytes = folder.resolve("bytes.txt");
      Files.write(bytes, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
      assertRefused(bytes, "list %s is not UTF-8 text", bytes);
    }

    private void assertWrongSecondLine(String line, Path classes, String problem)
        throws IOException {
      Path list = write("list.txt", "a.mp4 -1 1\n" + line + "\n");
      DatasetOptions options =
          new DatasetOptions(
              list, Optional.empty(), Optional.of(classes), 1, OptionalDouble.empty());
      assertThatThrownBy(() -> read(options))
          .isInstanceOf(ServiceException.class)
          .hasMessage(list + ", line 2: " + problem);
    }
  }

  @Nested
  class Ucf101Dataset {
    @Test
    void theListsOfASplitAreRead() throws IOException {
      videos("Run/r1.avi", "Run/r2.avi", "Walk/w1.avi", "Walk/w2.avi");
      write("classInd.txt", "1 Run\r\n2 Walk\r\n");
      write("trainlist02.txt", "Walk/w1.avi 2\nRun/r1.avi 1\n");
      write("testlist02.txt", "Run/r2.avi\nWalk/w2.avi\n");
      DatasetOptions second =
          new DatasetOptions(folder, Optional.empty(), Optional.empty(), 2, OptionalDouble.empty());
      Dataset dataset = read(second);
      assertThat(dataset.classNames()).containsExactly("Run", "Walk");
      assertThat(dataset.training())
          .extracting(Sample::clipId)
          .containsExactly("Walk/w1.avi", "Run/r1.avi");
      assertThat(dataset.training()).extracting(Sample::label).containsExactly(1, 0);
      assertThat(dataset.validationSets().getFirst().samples())
          .extracting(Sample::label)
          .containsExactly(0, 1);
      assertRefused(folder, "list %s does not exist", folder.resolve("trainlist01.txt"));
    }

    @Test
    void videosMayLieInUcfsOwnFolderBesideTheLists() throws IOException {
      videos("UCF-101/Run/r1.avi", "lists/x");
      write("lists/classInd.txt", "1 Run\n");
      write("lists/trainlist01.txt", "Run/r1.avi 1\n");
      write("lists/testlist01.txt", "");
      assertThat(read(folder.resolve("lists")).training().getFirst().video())
          .isEqualTo(folder.resolve("UCF-101/Run/r1.avi"));
    }

    @Test
    void everyWrongLineIsNamedByFileAndNumber() throws IOException {
      videos("Run/r1.avi");
      assertWrong(
          "1 Run\nWalk", "Run/r1.avi 1", "", "classInd.txt, line 2: 'Walk' is not 'number class'");
      assertWrong(
          "1 Run\n3 Walk",
          "Run/r1.avi 1",
          "",
          "classInd.txt, line 2: class number 3 does not follow 1");
      assertWrong(
          "1 Run\n2 Run", "Run/r1.avi 1", "", "classInd.txt, line 2: class Run is named twice");
      assertWrong(
          "1 Run", "Run/r1.avi", "", "trainlist01.txt, line 1: 'Run/r1.avi' is not 'path label'");
      assertWrong(
          "1 Run",
          "Run/r1.avi 0",
          "",
          "trainlist01.txt, line 1: label 0 is out of range, the classes are 1 to 1");
      assertWrong(
          "1 Run",
          "Run/r1.avi 1",
          "Fly/x.avi",
          "testlist01.txt, line 1: 'Fly/x.avi' is in no folder of a class of classInd.txt");
      assertWrong("1 Run\n2 Walk", "Run/r1.avi 1", "", "class Walk of ");
    }

    @Test
    void theRealExcerptIsReadWhole() throws IOException {
      Dataset dataset = read(Require.shared("clips/labelled/ucf_like"));
      assertThat(dataset.classNames())
          .containsExactly("ApplyEyeMakeup", "Basketball", "CleanAndJerk");
      assertThat(dataset.training()).hasSize(9).allMatch(Sample::exists);
      assertThat(dataset.validationSets().getFirst().samples()).hasSize(3).allMatch(Sample::exists);
      Dataset folders = read(Require.shared("clips/labelled/arid_like"));
      assertThat(folders.classNames())
          .containsExactly("drink", "jump", "pick", "push", "walk", "wave");
    }

    private void assertWrong(String classes, String train, String test, String message)
        throws IOException {
      write("classInd.txt", classes);
      write("trainlist01.txt", train);
      write("testlist01.txt", test);
      assertThatThrownBy(() -> read(folder))
          .isInstanceOf(ServiceException.class)
          .hasMessageContaining(message);
    }
  }

  private void videos(String... paths) throws IOException {
    for (String path : paths) {
      write(path, path);
    }
  }

  private Path write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static DatasetOptions withShare(Path path, double share) {
    return new DatasetOptions(
        path, Optional.empty(), Optional.empty(), 1, OptionalDouble.of(share));
  }

  private static DatasetOptions as(String format, Path path) {
    return new DatasetOptions(
        path, format, Optional.empty(), Optional.empty(), 1, OptionalDouble.of(0));
  }

  private static Dataset read(Path path) throws IOException {
    return read(PlainDataset.at(path));
  }

  private static Dataset read(DatasetOptions options) throws IOException {
    return DatasetReader.detect(options).read();
  }

  private static void assertRefused(Path path, String message, Object... names) {
    assertThatThrownBy(() -> read(path))
        .isInstanceOf(ServiceException.class)
        .hasMessage(message.formatted(names));
  }
}
