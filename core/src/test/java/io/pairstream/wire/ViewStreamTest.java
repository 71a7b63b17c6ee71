package io.pairstream.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewStreamTest {
  private static final ViewMessage.Header HEADER =
      new ViewMessage.Header(List.of("left", "\"right\""), 7, 1, 3);
  private static final ViewMessage.Flaw FLAW =
      new ViewMessage.Flaw("a/b.mp4", "/videos/a/b.mp4", "the file is empty", false);

  private static byte[] written(ViewMessage... messages) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ViewStream.Writer writer = new ViewStream.Writer(bytes);
    for (ViewMessage message : messages) {
      writer.write(message);
    }
    return bytes.toByteArray();
  }

  private static ViewStream.Reader reader(byte[] bytes) {
    return new ViewStream.Reader(new ByteArrayInputStream(bytes));
  }

  @Test
  void everyMessageIsReadAsItWasWritten() throws Exception {
    ClipBatch batch = Batches.clips(new BatchId(0, 2));
    ViewStream.Reader reader =
        reader(written(HEADER, new ViewMessage.Views(batch), FLAW, new ViewMessage.End()));
    assertThat(reader.read()).isEqualTo(HEADER);
    ClipBatch read = ((ViewMessage.Views) reader.read()).batch();
    assertThat(ClipBatchSerde.encode(read)).isEqualTo(ClipBatchSerde.encode(batch));
    assertThat(reader.read()).isEqualTo(FLAW);
    assertThat(reader.read()).isEqualTo(new ViewMessage.End());
    assertThatThrownBy(reader::read).isInstanceOf(EOFException.class);
  }

  @Test
  void aStreamThatBreaksOffIsNotAnEnd() throws Exception {
    byte[] whole = written(HEADER);
    for (int length = 0; length < whole.length; length++) {
      ViewStream.Reader reader = reader(Arrays.copyOf(whole, length));
      assertThatThrownBy(reader::read).as("%d bytes", length).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void anotherLanguageIsRefused() {
    assertThatThrownBy(reader(new byte[] {'X', 0, 0, 0, 0})::read)
        .isInstanceOf(MalformedRecordException.class)
        .hasMessage("a message of kind 88");
    assertThatThrownBy(reader(new byte[] {'H', -1, 0, 0, 0})::read)
        .isInstanceOf(MalformedRecordException.class);
  }
}
