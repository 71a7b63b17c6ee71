package io.pairstream.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.testing.Golden;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that are cut short, of another kind, or made to do harm: one sentence each, and nothing
/// run or allocated beyond what a file of weights needs.
class HostileFilesTest {
  @TempDir Path folder = Path.of("");

  private static byte[] golden(String name) throws IOException {
    return Files.readAllBytes(Golden.own().resolve("checkpoints").resolve(name));
  }

  private static void readAll(byte[] bytes) throws IOException {
    try (WeightFile file = WeightFile.read(RandomBytes.of(bytes), Optional.empty())) {
      for (StoredTensor tensor : file.tensors().values()) {
        tensor.dense();
      }
    }
  }

  private static void refused(byte[] bytes, String... saying) {
    assertThatThrownBy(() -> readAll(bytes))
        .isInstanceOf(WeightFormatException.class)
        .hasMessageContainingAll(saying)
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(1));
  }

  /// A pickle of protocol 2 with this inside.
  private static byte[] pickle(String operations) {
    return ("\u0080\u0002" + operations + ".").getBytes(StandardCharsets.ISO_8859_1);
  }

  /// An archive of torch.save with this pickle and one storage of 16 bytes, '0'.
  private static byte[] archive(byte[] pickle) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Object[] file :
          List.of(new Object[] {"a/data.pkl", pickle}, new Object[] {"a/data/0", new byte[16]})) {
        byte[] data = (byte[]) file[1];
        ZipEntry entry = new ZipEntry((String) file[0]);
        CRC32 crc = new CRC32();
        crc.update(data);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(data.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(data);
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  /// A state dict of one tensor 'w' over storage '0' of `elements` floats.
  private static byte[] tensor(int elements, String offset, String shape, String strides)
      throws IOException {
    return archive(
        pickle(
            "}U\u0001wctorch._utils\n_rebuild_tensor_v2\n("
                + "(U\u0007storagectorch\nFloatStorage\nU\u00010U\u0003cpuI"
                + elements
                + "\ntQ"
                + offset
                + "("
                + shape
                + "t("
                + strides
                + "t\u0089}tRs"));
  }

  @Test
  void aTensorIsReadFromAnArchiveOfOurOwn() throws IOException {
    // The cases below differ from this one by what makes them bad.
    readAll(tensor(4, "I0\n", "I2\nI2\n", "I2\nI1\n"));
  }

  @Test
  void everyTruncationOfAFileIsRefused() throws IOException {
    for (String name : List.of("edge.zip.pth", "edge.legacy.pth")) {
      byte[] whole = golden(name);
      for (int length = 0; length < whole.length; length++) {
        byte[] part = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> readAll(part))
            .as(name + " cut after " + length)
            .isInstanceOf(WeightFormatException.class);
      }
    }
  }

  @Test
  void aFlippedBitNeverBreaksTheReader() throws IOException {
    Random random = new Random(7);
    for (String name : List.of("edge.zip.pth", "edge.legacy.pth")) {
      byte[] whole = golden(name);
      for (int i = 0; i < 3000; i++) {
        byte[] damaged = whole.clone();
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        try {
          readAll(damaged);
        } catch (WeightFormatException e) {
          assertThat(e).hasMessageMatching(".+");
        }
      }
    }
  }

  @Test
  void aStorageWithAFlippedBitIsTold() throws IOException {
    byte[] whole = tensor(4, "I0\n", "I4\n", "I1\n");
    // The local header's name is followed by the data.
    int at = new String(whole, StandardCharsets.ISO_8859_1).indexOf("a/data/0") + 8;
    whole[at + 3] ^= 1;
    refused(whole, "'a/data/0'", "checksum");
  }

  @Test
  void aCallOfAnythingElseIsNamedWithItsPlaceAndNotRun() throws IOException {
    Path trace = folder.resolve("trace");
    refused(pickle("cposix\nsystem\n(U\u0005touchtR"), "'posix.system'", "byte 2", "it is not run");
    refused(archive(pickle("cbuiltins\neval\n(U\u00011tR")), "'builtins.eval'");
    refused(pickle("ctorch.storage\n_load_from_bytes\n"), "'torch.storage._load_from_bytes'");
    refused(pickle("\u008c\u0002os\u008c\u0006system\u0093)R"), "'os.system'");
    refused(pickle("(i__main__\nX\n"), "'__main__.X'", "it is not run");
    refused(pickle("\u0082\u0001"), "operation 130");
    refused(pickle("c__torch__\nNet\n)\u0081"), "'__torch__.Net'");
    refused(pickle("(cposix\nsystem\nU\u0005toucho"), "'posix.system'", "it is not run");
    refused(pickle("}U\u0005modelcnet\nNet\n)\u0081s"), "'model'", "'net.Net' (byte 10)");
    assertThat(trace).doesNotExist();
  }

  @Test
  void aTensorBeyondItsStorageIsNamed() throws IOException {
    refused(tensor(4, "I0\n", "I5\n", "I1\n"), "'w'", "element 4 of a storage of 4");
    refused(tensor(4, "I3\n", "I2\nI2\n", "I2\nI1\n"), "'w'", "element 6");
    refused(tensor(4, "I-1\n", "I2\n", "I1\n"), "'w'");
    refused(tensor(4, "I0\n", "I2\n", "I-1\n"), "stride -1");
    refused(tensor(5, "I0\n", "I5\n", "I1\n"), "storage '0'", "16 bytes");
    refused(tensor(4, "I0\n", "I-2\n", "I1\n"), "negative dimension");
    refused(tensor(4, "I0\n", "I2\nI2\n", "I1\n"), "1 strides");
  }

  @Test
  void bombsAreRefusedBeforeTheyAreAllocated() throws IOException {
    // A terabyte from one element.
    refused(tensor(4, "I0\n", "I1000000\nI1000000\n", "I0\nI0\n"), "'w'", "from a file of");
    refused(tensor(4, "I0\n", "I4294967296\nI4294967296\n", "I0\nI0\n"), "2^63");
    // Texts, bytes and numbers that claim to be long.
    refused(pickle("X\u00ff\u00ff\u00ff\u007f"), "cut short");
    refused(pickle("\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f"), "cut short");
    refused(pickle("B\u00ff\u00ff\u00ff\u007f"), "cut short");
    refused(pickle("\u008b\u00ff\u00ff\u00ff\u007f"), "a number of");
    // Many operations, deep nests, and lists of the same lists.
    refused(pickle("]".repeat(1_100_000)), "operations");
    refused(pickle("(".repeat(1_100_000)), "operations");
    refused(pickle("}U\u0001w" + "]".repeat(100_000) + "a".repeat(99_999) + "s"), "no weights");
    StringBuilder laughs = new StringBuilder("]q\u00000");
    for (int i = 1; i < 25; i++) {
      laughs.append("](").append(("h" + (char) (i - 1)).repeat(10)).append("eq").append((char) i);
      laughs.append('0');
    }
    refused(pickle(laughs + "}U\u0005blobs}U\u0001ah\u0018ss"), "nested deeper or wider");
    refused(pickle("}U\u0005blobs}q\u0000U\u0001ah\u0000ss"), "nested deeper or wider");
  }

  @Test
  void keysThatWereMadeToCollideTakeNoLongerThanOthers() {
    // "Aa" and "BB" have the same hash; slow, this would take minutes.
    StringBuilder keys = new StringBuilder("}(");
    for (int i = 0; i < 1 << 17; i++) {
      keys.append("U\"");
      for (int bit = 0; bit < 17; bit++) {
        keys.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      keys.append('N');
    }
    refused(pickle(keys + "u"), "there are no weights in it");
  }

  @Test
  void whatCallsCopyIsBoundedInAll() {
    String pairs = "]q\u0000(" + "U\u0001kU\u0001v\u0086".repeat(150_000) + "e";
    String dicts = "ccollections\nOrderedDict\nq\u00010](" + "h\u0001h\u0000\u0085R".repeat(60_000);
    refused(pickle(pairs + dicts + "e"), "copies over");
    String encode = "c_codecs\nencode\nq\u00020](";
    refused(
        pickle(
            "V"
                + "x".repeat(1 << 19)
                + "\nq\u0000"
                + encode
                + "h\u0002h\u0000\u0085R".repeat(2000)
                + "e"),
        "copies over");
  }

  @Test
  void whatIsUnpackedIsBoundedInAll() throws IOException {
    // Zeros pack a thousandfold. Each storage is within the bound, all of them are not.
    long heap = Math.min(512L << 20, Runtime.getRuntime().maxMemory() / 8);
    StringBuilder tensors = new StringBuilder("}");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      byte[] zeros = new byte[1 << 20];
      for (char key = '0'; key <= '2'; key++) {
        zip.putNextEntry(new ZipEntry("a/data/" + key));
        for (long written = 0; written < heap / 2 - zeros.length; written += zeros.length) {
          zip.write(zeros);
        }
        zip.closeEntry();
        tensors
            .append("U\u0001")
            .append(key)
            .append("ctorch._utils\n_rebuild_tensor_v2\n((U\u0007storagectorch\nByteStorage\n")
            .append("U\u0001")
            .append(key)
            .append("U\u0003cpuI4\ntQI0\n(I4\nt(I1\nt\u0089}tRs");
      }
      zip.putNextEntry(new ZipEntry("a/data.pkl"));
      zip.write(pickle(tensors.toString()));
    }
    refused(bytes.toByteArray(), "'a/data/2'", "when unpacked");
  }

  @Test
  void filesOfOtherKindsAreToldApart() throws IOException {
    refused(new byte[0], "empty");
    refused("not weights at all".getBytes(StandardCharsets.UTF_8), "no file of weights");
    refused("<!DOCTYPE html><html>".getBytes(StandardCharsets.UTF_8), "no file of weights");
    refused(new byte[4096], "no file of weights");
    refused(pickle("K\u0001"), "a number and no weights");
    refused(pickle("}"), "no weights");
    refused(pickle("}U\u0005epochK\u0003s"), "no weights", "'epoch'");
    refused(pickle("]"), "a list of 0");
    ByteArrayOutputStream jar = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(jar)) {
      zip.putNextEntry(new ZipEntry("META-INF/MANIFEST.MF"));
    }
    refused(jar.toByteArray(), "no data.pkl");
    assertThatThrownBy(() -> WeightFile.open(folder)).hasMessageContaining("is a folder");
    Path file = Files.writeString(folder.resolve("x.pth"), "nonsense");
    assertThatThrownBy(() -> WeightFile.open(file)).hasMessageStartingWith(file + ": this is no");
  }

  @Test
  void aSafetensorsHeaderIsHeldToWhatItSays() throws IOException {
    String good = "{\"w\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[0,4]}}";
    readAll(safetensors(good, 4));
    refused(safetensors(good, 3), "cut short");
    refused(safetensors(good.replace("[2]", "[3]"), 4), "'w'");
    refused(safetensors(good.replace("[2]", "[-2]"), 4), "'w'");
    refused(safetensors(good.replace("[2]", "[4294967296,4294967296]"), 4), "'w'");
    refused(safetensors(good.replace("BF16", "F8_E4M3"), 4), "'F8_E4M3'");
    refused(safetensors(good.replace("[0,4]", "[4,8]"), 8), "'w' begins at byte 4");
    refused(safetensors(good, 5), "the tensors end at byte 4 of 5");
    refused(safetensors("{\"w\":1}", 4), "'w'");
    refused(safetensors("{\"w\"", 4), "header");
    refused(safetensors("{}", 0), "no weights");
    byte[] cut = safetensors(good, 4);
    ByteBuffer.wrap(cut).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 5000);
    refused(cut, "cut short");
  }

  private static byte[] safetensors(String header, int data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + data)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .array();
  }
}
