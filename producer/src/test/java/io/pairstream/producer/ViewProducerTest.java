package io.pairstream.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.Shape;
import io.pairstream.crop.CropPosition;
import io.pairstream.crop.FrameResizer;
import io.pairstream.crop.FrameView;
import io.pairstream.crop.Size;
import io.pairstream.crop.TestCrop;
import io.pairstream.ops.ServiceException;
import io.pairstream.producer.dataset.PlainDataset;
import io.pairstream.producer.load.BatchLoader;
import io.pairstream.producer.load.TestViews;
import io.pairstream.producer.sample.TestSampling;
import io.pairstream.producer.video.VideoReader;
import io.pairstream.producer.video.VideoWriter;
import io.pairstream.wire.ViewMessage;
import io.pairstream.wire.ViewStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ViewProducerTest {
  private static final Size FRAME = new Size(64, 32);
  private static final Size CLIP = new Size(16, 16);
  private static final TestViews MANY =
      new TestViews(
          TestSampling.SLOWFAST,
          2,
          new TestCrop(CropPosition.CENTRE, 3, OptionalInt.of(20)),
          4,
          CLIP);

  @TempDir static Path folder;

  @BeforeAll
  static void writeVideos() throws IOException {
    for (String part : List.of("train", "val", "validation-sets/more")) {
      for (int label = 0; label < 2; label++) {
        Path videos = folder.resolve(part).resolve("class" + label);
        Files.createDirectories(videos);
        write(videos.resolve("one.mp4"), 11 + 8 * label);
        if (part.equals("val")) {
          Files.writeString(videos.resolve("two.mp4"), "no video");
        }
      }
    }
  }

  private static void write(Path file, int frames) throws IOException {
    VideoWriter.VideoFormat options = VideoWriter.VideoFormat.h264(FRAME.width(), FRAME.height());
    try (VideoWriter writer = VideoWriter.open(file, options)) {
      for (int t = 0; t < frames; t++) {
        byte[] rgb = new byte[FRAME.width() * FRAME.height() * 3];
        for (int i = 0; i < rgb.length; i++) {
          rgb[i] = (byte) (i / 3 % FRAME.width() * 3 + 9 * t + 70 * (i % 3));
        }
        writer.write(rgb);
      }
    }
  }

  private static List<ViewMessage> messages(String part, TestViews views) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ViewProducer(
            new ViewProducer.ViewOptions(
                PlainDataset.at(folder), part, views, BatchLoader.LoadingOptions.ofThreads(2)))
        .run(new ViewStream.Writer(bytes));
    ViewStream.Reader reader = new ViewStream.Reader(new ByteArrayInputStream(bytes.toByteArray()));
    List<ViewMessage> messages = new ArrayList<>();
    do {
      messages.add(reader.read());
    } while (!(messages.getLast() instanceof ViewMessage.End));
    return messages;
  }

  private static ClipBatch batch(List<ViewMessage> messages) {
    return messages.stream()
        .filter(ViewMessage.Views.class::isInstance)
        .map(message -> ((ViewMessage.Views) message).batch())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyViewHasItsClipsFramesCutWhereItsCropLies() throws Exception {
    ClipBatch batch = batch(messages("validation", MANY));
    assertThat(batch.frames().shape()).isEqualTo(Shape.of(12, 4, 16, 16, 3));
    List<FrameView> crops = MANY.crop().views(FRAME, CLIP);
    for (int label = 0; label < 2; label++) {
      Path video = folder.resolve("val/class" + label + "/one.mp4");
      List<byte[]> decoded = decode(video);
      List<int[]> clips = TestSampling.SLOWFAST.clips(decoded.size(), 4, 2);
      for (int view = 0; view < 6; view++) {
        int row = label * 6 + view;
        assertThat(batch.clipIds().get(row)).isEqualTo("val/class" + label + "/one.mp4");
        assertThat(batch.label().longAt(row)).isEqualTo(label);
        FrameResizer resizer = new FrameResizer(crops.get(view % 3));
        for (int t = 0; t < 4; t++) {
          int frame = clips.get(view / 3)[t];
          assertThat(batch.frameIndex().longAt(row * 4L + t)).isEqualTo(frame);
          byte[] expected = new byte[16 * 16 * 3];
          long stride = FRAME.width() * 3L;
          resizer.resize(MemorySegment.ofArray(decoded.get(frame)), stride, expected, 0);
          assertThat(batch.frames().row(row).row(t).data().toArray(ValueLayout.JAVA_BYTE))
              .as("video %d, view %d, frame %d", label, view, t)
              .isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void whatCannotBeDecodedIsToldAndCounted() throws Exception {
    List<ViewMessage> messages = messages("validation", MANY);
    assertThat(messages.getFirst())
        .isEqualTo(new ViewMessage.Header(List.of("class0", "class1"), 4, 0, 6));
    List<String> told =
        messages.stream()
            .filter(ViewMessage.Flaw.class::isInstance)
            .map(ViewMessage.Flaw.class::cast)
            .filter(flaw -> !flaw.used())
            .map(ViewMessage.Flaw::clip)
            .toList();
    assertThat(told).containsExactly("val/class0/two.mp4", "val/class1/two.mp4");
  }

  @Test
  void aPartIsTrainingOrASetOrTrainingWithValidation() throws Exception {
    assertThat(batch(messages("training", MANY)).clipIds()).contains("train/class0/one.mp4");
    assertThat(batch(messages("more", MANY)).clipIds())
        .contains("validation-sets/more/class1/one.mp4");
    assertThat(batch(messages("all", MANY)).clipIds().stream().distinct())
        .containsExactly(
            "train/class0/one.mp4",
            "train/class1/one.mp4",
            "val/class0/one.mp4",
            "val/class1/one.mp4");
    assertThatThrownBy(() -> messages("test", MANY))
        .isInstanceOf(ServiceException.class)
        .hasMessage(
            "dataset %s has no part 'test'; there are training, all, validation, more", folder);
  }

  private static List<byte[]> decode(Path video) throws Exception {
    List<byte[]> frames = new ArrayList<>();
    try (VideoReader reader = VideoReader.open(video, VideoReader.ReadingOptions.DEFAULT)) {
      reader.forEach(frame -> {
        byte[] rgb = new byte[frame.bytes()];
        frame.copyTo(rgb, 0);
        frames.add(rgb);
      });
    }
    return frames;
  }
}
