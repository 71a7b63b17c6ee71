package io.pairstream.trainer.weights;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// A TorchScript archive, made to hand out its tensors: DJL knows a module's parameters but not its
/// buffers, and a checkpoint needs both.
///
/// @param file the archive
/// @param names of all tensors that are attributes, by their path, as in PyTorch's `state_dict()`
/// @param type the class of the module
public record TorchScriptArchive(Path file, List<String> names, Value.Symbol type) {
  /// The method of [#instrumented(Path)].
  public static final String STATE_METHOD = "pairstream_state";

  private static final int DEEPEST = 32;
  private static final int MOST_NAMES = 100_000;
  private static final String ATTRIBUTE = "[A-Za-z0-9_]+";

  public TorchScriptArchive {
    names = List.copyOf(names);
  }

  /// Reads what is in it.
  ///
  /// @throws WeightFormatException with one sentence if it is no TorchScript archive
  public static TorchScriptArchive open(Path file) throws IOException {
    try (WeightFile weights = WeightFile.open(file)) {
      if (!(weights.content() instanceof Value.Module root)) {
        throw new WeightFormatException(
            file + " is " + weights.format().text() + " and no TorchScript model");
      }
      List<String> names = new ArrayList<>();
      collect("", root, names, 0);
      return new TorchScriptArchive(file, names, root.type());
    }
  }

  private static void collect(String prefix, Value.Module module, List<String> names, int depth)
      throws IOException {
    if (depth > DEEPEST || names.size() > MOST_NAMES) {
      throw new WeightFormatException("the module is nested deeper or wider than models are");
    }
    Map<Value, Value> attributes =
        module.attributes().isPresent()
            ? module.attributes().get().entries()
            : Collections.emptyMap();
    for (Map.Entry<Value, Value> attribute : attributes.entrySet()) {
      if (!(attribute.getKey() instanceof Value.Text(String name)) || !name.matches(ATTRIBUTE)) {
        continue;
      }
      if (attribute.getValue() instanceof Value.Module child) {
        collect(prefix + name + ".", child, names, depth + 1);
      } else if (attribute.getValue() instanceof Value.TensorView) {
        names.add(prefix + name);
      }
    }
  }

  /// Whether the code asks in which mode it runs. A traced module does not: it does for ever what
  /// it did when it was traced.
  public boolean knowsTraining() throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (entry.getName().endsWith(".py") && text(zip, entry).contains(".training")) {
          return true;
        }
      }
      return false;
    }
  }

  /// Writes a copy whose module has the method [#STATE_METHOD], which returns the tensors of
  /// [#names] as a list.
  ///
  /// @throws WeightFormatException if the module's class is not where it should be
  public void instrumented(Path copy) throws IOException {
    String source = "/code/" + type.module().replace('.', '/') + ".py";
    boolean found = false;
    try (ZipFile zip = new ZipFile(file.toFile());
        OutputStream out = Files.newOutputStream(copy);
        ZipOutputStream written = new ZipOutputStream(out)) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        String name = entry.getName();
        if (name.endsWith(".debug_pkl")) {
          // Places in the source, which moves.
          continue;
        }
        written.putNextEntry(new ZipEntry(name));
        if (name.endsWith(source)) {
          written.write(withMethod(text(zip, entry)).getBytes(StandardCharsets.UTF_8));
          found = true;
        } else {
          try (InputStream in = zip.getInputStream(entry)) {
            in.transferTo(written);
          }
        }
        written.closeEntry();
      }
    }
    if (!found) {
      throw new WeightFormatException(file + " has no code of '" + type.path() + "'");
    }
  }

  private static String text(ZipFile zip, ZipEntry entry) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String withMethod(String source) throws WeightFormatException {
    int begin = source.indexOf("class " + type.name() + "(Module):");
    int place = begin < 0 ? -1 : source.indexOf("\n  def ", begin);
    if (place < 0) {
      throw new WeightFormatException(file + " has no code of '" + type.path() + "'");
    }
    StringBuilder method =
        new StringBuilder(
            "\n  def %s(self: %s) -> List[Tensor]:\n".formatted(STATE_METHOD, type.path()));
    List<String> results = new ArrayList<>();
    for (String name : names) {
      String value = "self";
      for (String attribute : name.split("\\.", -1)) {
        value = "getattr(%s, \"%s\")".formatted(value, attribute);
      }
      String result = "t" + results.size();
      results.add(result);
      // An attribute that may be None, such as a layer's bias, is of another type.
      method.append("    %s = unchecked_cast(Tensor, %s)\n".formatted(result, value));
    }
    method.append("    return [").append(String.join(", ", results)).append("]");
    return source.substring(0, place) + method + source.substring(place);
  }
}
