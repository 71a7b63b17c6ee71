package io.pairstream.wire;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Messages between two processes of one machine: a byte that says which, the length as a
/// big-endian int, and that many bytes of JSON or, for views, of a `clips/1` record.
///
/// Who reads slowly holds up who writes: no more than one message and the system's buffers lie in
/// between.
public final class ViewStream {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private static final byte HEADER = 'H';
  private static final byte VIEWS = 'V';
  private static final byte FLAW = 'F';
  private static final byte END = 'E';
  private static final int BUFFER = 1 << 16;

  private ViewStream() {}

  /// The writing end.
  public static final class Writer {
    private final DataOutputStream out;

    public Writer(OutputStream out) {
      this.out = new DataOutputStream(new BufferedOutputStream(out, BUFFER));
    }

    /// Sends a message; returns when the system has it.
    public void write(ViewMessage message) throws IOException {
      switch (message) {
        case ViewMessage.Header header -> write(HEADER, JSON.writeValueAsBytes(header));
        case ViewMessage.Views views -> write(VIEWS, ClipBatchSerde.encode(views.batch()));
        case ViewMessage.Flaw flaw -> write(FLAW, JSON.writeValueAsBytes(flaw));
        case ViewMessage.End _ -> write(END, new byte[0]);
      }
    }

    private void write(byte kind, byte[] value) throws IOException {
      out.writeByte(kind);
      out.writeInt(value.length);
      out.write(value);
      out.flush();
    }
  }

  /// The reading end.
  public static final class Reader {
    private final DataInputStream in;

    public Reader(InputStream in) {
      this.in = new DataInputStream(in);
    }

    /// Waits for the next message.
    ///
    /// @throws EOFException if the other end is gone
    /// @throws MalformedRecordException if this is no such stream
    public ViewMessage read() throws IOException, MalformedRecordException {
      byte kind = in.readByte();
      int length = in.readInt();
      if (length < 0) {
        throw new MalformedRecordException("a message of " + length + " bytes");
      }
      byte[] value = in.readNBytes(length);
      if (value.length < length) {
        throw new EOFException(
            "a message of %d bytes ends after %d".formatted(length, value.length));
      }
      return switch (kind) {
        case HEADER -> JSON.readValue(value, ViewMessage.Header.class);
        case VIEWS -> new ViewMessage.Views(ClipBatchSerde.decode(value));
        case FLAW -> JSON.readValue(value, ViewMessage.Flaw.class);
        case END -> new ViewMessage.End();
        default -> throw new MalformedRecordException("a message of kind " + kind);
      };
    }
  }
}
