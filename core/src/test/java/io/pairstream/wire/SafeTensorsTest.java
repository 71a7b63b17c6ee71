package io.pairstream.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.DType;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.testing.Require;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTensorsTest {
  private static SafeTensors sample() {
    BatchId id = new BatchId(0, 0);
    return new SafeTensors(
        new TreeMap<>(
            Map.of(
                "pixels", Batches.noise(id, DType.U8, Shape.of(2, 3)),
                "weights", Tensor.ofFloats(Shape.of(2), 1.5f, -2f),
                "labels", Tensor.ofLongs(Shape.of(1), 42),
                "nothing", Tensor.zeros(DType.F16, Shape.of(0, 4)),
                "scalar", Tensor.ofFloats(Shape.of(), 7f))),
        new TreeMap<>(Map.of("b", "2", "a", "\"é\"")));
  }

  private static byte[] raw(String header, int dataBytes) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .array();
  }

  @Test
  void whatIsWrittenIsReadAgain() throws Exception {
    SafeTensors want = sample();
    SafeTensors got = SafeTensors.decode(want.encode());
    assertThat(got.metadata()).isEqualTo(want.metadata());
    assertThat(got.tensors().keySet()).isEqualTo(want.tensors().keySet());
    for (String name : want.tensors().keySet()) {
      assertThat(got.get(name).contentEquals(want.get(name))).as(name).isTrue();
    }
  }

  @Test
  void aStreamIsReadAsABufferIs() throws Exception {
    byte[] bytes = sample().encode();
    SafeTensors want = SafeTensors.decode(bytes);
    ByteArrayInputStream stream = new ByteArrayInputStream(bytes);
    SafeTensors got = SafeTensors.read(stream, bytes.length);
    assertThat(got.metadata()).isEqualTo(want.metadata());
    assertThat(got.tensors().keySet()).isEqualTo(want.tensors().keySet());
    for (String name : want.tensors().keySet()) {
      assertThat(got.get(name).contentEquals(want.get(name))).as(name).isTrue();
    }
  }

  @Test
  void aStreamThatIsShorterOrLongerThanItSaysIsRefused() {
    byte[] bytes = sample().encode();
    for (int length = 0; length < bytes.length; length++) {
      ByteArrayInputStream cut = new ByteArrayInputStream(bytes, 0, length);
      assertThatThrownBy(() -> SafeTensors.read(cut, bytes.length))
          .as("%d of %d bytes", length, bytes.length)
          .isInstanceOf(MalformedRecordException.class);
    }
    ByteArrayInputStream longer = new ByteArrayInputStream(Arrays.copyOf(bytes, bytes.length + 1));
    assertThatThrownBy(() -> SafeTensors.read(longer, bytes.length))
        .hasMessage("there are bytes after the last tensor");
    ByteArrayInputStream whole = new ByteArrayInputStream(bytes);
    assertThatThrownBy(() -> SafeTensors.read(whole, bytes.length + 1))
        .hasMessageContaining("the tensors end at byte");
  }

  @Test
  void whatIsWrittenIntoADraftIsWhereItWouldBeEncoded() throws Exception {
    SafeTensors all = sample();
    for (String name : all.tensors().keySet()) {
      TreeMap<String, Tensor> others = new TreeMap<>(all.tensors());
      Tensor late = all.get(name);
      others.remove(name);
      SafeTensors.Draft draft =
          new SafeTensors(others, all.metadata())
              .draft(Map.of(name, new SafeTensors.Blank(late.dtype(), late.shape())));
      draft.blank(name).data().copyFrom(late.data());
      assertThat(draft.bytes()).as(name).isEqualTo(all.encode());
    }
    assertThatThrownBy(
            () -> all.draft(Map.of("labels", new SafeTensors.Blank(DType.U8, Shape.of()))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'labels'");
  }

  @Test
  void theBytesAreCanonicalAndTheStreamWritesTheSame() throws Exception {
    byte[] bytes = sample().encode();
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    String header = new String(bytes, 8, length, StandardCharsets.UTF_8);
    assertThat(header.stripTrailing())
        .isEqualTo(
            """
            {"__metadata__":{"a":"\\"é\\"","b":"2"},\
            "labels":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},\
            "scalar":{"dtype":"F32","shape":[],"data_offsets":[8,12]},\
            "weights":{"dtype":"F32","shape":[2],"data_offsets":[12,20]},\
            "nothing":{"dtype":"F16","shape":[0,4],"data_offsets":[20,20]},\
            "pixels":{"dtype":"U8","shape":[2,3],"data_offsets":[20,26]}}\
            """);
    assertThat(length % 8).isZero();
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    sample().write(stream);
    assertThat(stream.toByteArray()).isEqualTo(bytes);
  }

  @Test
  void theEmptyBufferHasNoTensors() throws Exception {
    assertThat(SafeTensors.decode(SafeTensors.empty().encode()).tensors()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{} x | 0 | more than one",
        "[] | 0 | begin",
        " {} | 0 | too short by its padding",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
            + "\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}} | 2 | Duplicate",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}} | 3 | 'a' begins at byte 1",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]},"
            + "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]}} | 3 | 'b' begins at",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}} | 3 | end at byte 2 of 3",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,2]}} | 2 | 'a' has 2 bytes",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,0]}} | 0 | negative",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[9223372036854775807,4],\"data_offsets\":[0,0]}}"
            + " | 0 | 'a'",
        "{\"a\":{\"dtype\":\"Q8\",\"shape\":[2],\"data_offsets\":[0,2]}} | 2 | unknown dtype 'Q8'",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2],\"c\":1}} | 2 | field 'c'",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[2.0],\"data_offsets\":[0,2]}} | 2 | 'a'",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[2]}} | 2 | 'a' lacks",
        "{\"__metadata__\":{\"k\":1}} | 0 | metadata 'k' is no string",
        "{\"a\": | 0 | no valid JSON",
      })
  void whatIsNotExactIsRefusedByName(String header, int dataBytes, String message) {
    if (message.startsWith("too short")) {
      header = " " + header;
      message = "begin";
    }
    byte[] bytes = raw(header, dataBytes);
    assertThatThrownBy(() -> SafeTensors.decode(bytes))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining(message);
  }

  @Test
  void headerLengthsOutsideTheBufferAreRefused() {
    for (long length : new long[] {-1, 0, 1, 3, SafeTensors.MAX_HEADER_BYTES + 1, Long.MAX_VALUE}) {
      byte[] bytes = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
      assertThatThrownBy(() -> SafeTensors.decode(bytes))
          .isInstanceOf(MalformedRecordException.class)
          .hasMessageContaining("header length");
    }
    assertThatThrownBy(() -> SafeTensors.decode(new byte[7]))
        .isInstanceOf(MalformedRecordException.class);
  }

  @Test
  void aHeaderThatIsTooLongIsNotWritten() {
    TreeMap<String, String> metadata = new TreeMap<>(Map.of("k", "x".repeat(1 << 20)));
    SafeTensors large = new SafeTensors(new TreeMap<>(), metadata);
    assertThatThrownBy(large::encode).hasMessageContaining("over 1048576");
  }

  /// The reader is written from the format's description with the standard library alone.
  @Test
  void anIndependentReaderInPythonReadsTheSame(@TempDir Path folder) throws Exception {
    Path python = Require.python("json");
    Path file = folder.resolve("sample.safetensors");
    Files.write(file, sample().encode());
    String program =
        """
        import json, struct, sys, zlib
        b = open(sys.argv[1], 'rb').read()
        n = struct.unpack('<Q', b[:8])[0]
        h = json.loads(b[8:8 + n])
        print(h.pop('__metadata__')['a'])
        for name in sorted(h):
            lo, hi = h[name]['data_offsets']
            print(name, h[name]['dtype'], h[name]['shape'], zlib.crc32(b[8 + n + lo:8 + n + hi]))
        """;
    Process process =
        new ProcessBuilder(python.toString(), "-c", program, file.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    StringBuilder want = new StringBuilder("\"é\"\n");
    for (Map.Entry<String, Tensor> entry : sample().tensors().entrySet()) {
      java.util.zip.CRC32 crc = new java.util.zip.CRC32();
      crc.update(entry.getValue().data().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE));
      String shape = entry.getValue().shape().toString().replace(",", ", ");
      want.append(entry.getKey() + " " + entry.getValue().dtype() + " " + shape + " ");
      want.append(crc.getValue() + "\n");
    }
    assertThat(output).isEqualTo(want.toString());
  }
}
