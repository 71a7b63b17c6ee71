package io.pairstream.trainer.weights;

import io.pairstream.clip.DType;
import io.pairstream.clip.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Writes what `torch.save` does, of dicts of tensors and of a few other things.
public final class TorchFile {
  private final ByteArrayOutputStream pickle = new ByteArrayOutputStream();
  private final List<Tensor> storages = new ArrayList<>();

  /// An object of a class that only its own code knows.
  ///
  /// @param module of the class
  /// @param attributes what [#write] takes
  public record Thing(String module, String name, Map<String, Object> attributes) {}

  private TorchFile() {}

  /// @param content dicts, tensors, texts, whole numbers and things
  public static Path write(Path file, Map<String, ?> content) throws IOException {
    TorchFile torch = new TorchFile();
    torch.put("\u0080\u0002");
    torch.value(content);
    torch.put(".");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      stored(zip, "archive/data.pkl", torch.pickle.toByteArray());
      for (int i = 0; i < torch.storages.size(); i++) {
        stored(
            zip, "archive/data/" + i, torch.storages.get(i).data().toArray(ValueLayout.JAVA_BYTE));
      }
    }
    return file;
  }

  private static void stored(ZipOutputStream zip, String name, byte[] data) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(data);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(data.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(data);
    zip.closeEntry();
  }

  private void value(Object value) {
    switch (value) {
      case Map<?, ?> dict -> {
        put("}(");
        dict.forEach((key, item) -> {
          value(key);
          value(item);
        });
        put("u");
      }
      case String text -> {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        put("X");
        number(bytes.length);
        pickle.writeBytes(bytes);
      }
      case Integer number -> {
        put("J");
        number(number);
      }
      case Thing thing -> {
        put("c" + thing.module() + "\n" + thing.name() + "\n)\u0081");
        value(thing.attributes());
        put("b");
      }
      case Tensor tensor -> tensor(tensor);
      default -> throw new IllegalArgumentException("a " + value.getClass());
    }
  }

  private void tensor(Tensor tensor) {
    put("ctorch._utils\n_rebuild_tensor_v2\n((");
    value("storage");
    put("ctorch\n" + (tensor.dtype() == DType.I64 ? "Long" : "Float") + "Storage\n");
    value(Integer.toString(storages.size()));
    storages.add(tensor);
    value("cuda:0");
    value(Math.toIntExact(tensor.shape().elements()));
    put("tQ");
    value(0);
    put("(");
    List<Long> dims = tensor.shape().dims();
    dims.forEach(dim -> value(Math.toIntExact(dim)));
    put("t(");
    StoredTensor.strides(tensor.shape(), false).forEach(stride -> value(Math.toIntExact(stride)));
    put("t\u0089}tR");
  }

  private void number(int value) {
    pickle.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  private void put(String operations) {
    try {
      pickle.write(operations.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
