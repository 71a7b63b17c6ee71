package io.pairstream.trainer.weights;

import io.pairstream.trainer.weights.WeightFile.Contents;
import io.pairstream.trainer.weights.WeightFile.Format;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The archives of `torch.save` (since 1.6) and `torch.jit.save`: a ZIP of NAME/data.pkl and one
/// file a storage, NAME/data/KEY; TorchScript has its code beside them.
final class TorchZip {
  private static final String PICKLE = "/data.pkl";

  private TorchZip() {}

  static WeightFile read(Region file, Optional<String> key, WeightFile.Maker maker)
      throws IOException {
    ZipDirectory zip = ZipDirectory.read(file);
    Map<String, String> pickles = zip.ending(PICKLE);
    if (pickles.size() != 1) {
      throw new WeightFormatException(
          "the archive is no PyTorch checkpoint: it has %s data.pkl"
              .formatted(pickles.isEmpty() ? "no" : "more than one"));
    }
    String name = pickles.keySet().iterator().next();
    String folder = pickles.values().iterator().next();
    requireLittleEndian(zip, folder);
    boolean script = zip.contains(folder + "/constants.pkl");
    if (script) {
      WeightFile.requireNoKey(key, Format.TORCH_SCRIPT);
    }
    Value root = Unpickler.read(new PickleInput(zip.bytes(name)), new Globals(script));
    StorageSource storages = storages(zip, folder);
    return script
        ? maker.make(
            Format.TORCH_SCRIPT,
            new Contents(root, storages, StateCollector.ofModule(root, storages)))
        : maker.make(
            Format.TORCH_ZIP, new Contents(root, storages, StateFinder.find(root, storages, key)));
  }

  private static void requireLittleEndian(ZipDirectory zip, String folder) throws IOException {
    String name = folder + "/byteorder";
    if (zip.contains(name)
        && new String(zip.bytes(name).toArray(), StandardCharsets.UTF_8).equals("big")) {
      throw new WeightFormatException("the checkpoint was written big-endian, which is not read");
    }
  }

  static StorageSource storages(ZipDirectory zip, String folder) {
    Map<String, Region> known = new HashMap<>();
    return storage -> {
      Region bytes = known.get(storage.key());
      if (bytes == null) {
        bytes = zip.bytes(folder + "/data/" + storage.key());
        known.put(storage.key(), bytes);
      }
      if (storage.elements() < 0 || bytes.length() / storage.type().bytes() < storage.elements()) {
        throw new WeightFormatException(
            "storage '%s' has %d bytes and should have %d elements of %s"
                .formatted(
                    storage.key(), bytes.length(), storage.elements(), storage.type().torchName()));
      }
      return bytes;
    };
  }
}
