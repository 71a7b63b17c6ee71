package io.pairstream.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// The numbers printed by the MCA authors' code, and the rule that makes their inputs and weights
/// from names (core/src/test/resources/golden/README.md).
public final class Golden {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Golden() {}

  /// The folder given as `-Dgolden.dir`, relative to the root of the checkout, or the project's own
  /// quick cases.
  public static Path directory() {
    String given = System.getProperty("golden.dir", "");
    return given.isEmpty() ? own() : Require.root().resolve(given);
  }

  /// The folder of the project's own quick cases, for tests that only need some file of a kind.
  public static Path own() {
    return Require.root().resolve("core/src/test/resources/golden");
  }

  /// A JSON file below [#directory()], such as `vectors/topk.json`. The test is skipped if another
  /// set than the project's own lacks it.
  public static JsonNode read(String path) {
    Path file = directory().resolve(path);
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      if (!directory().equals(own())) {
        throw Require.GOLDEN.missing("no " + file);
      }
      throw new UncheckedIOException("golden file " + file, e);
    } catch (IOException e) {
      throw new UncheckedIOException("golden file " + file, e);
    }
  }

  /// The uniform draw u(index) in [0,1) of the tensor `salt + name`.
  public static double uniform(String salt, String name, long index) {
    return (splitmix(hash(salt + name) + index) >>> 11) * 0x1.0p-53;
  }

  /// An input tensor: `scale × (u − 0.5)`, rounded to float32.
  public static float[] input(String salt, String name, int elements, double scale) {
    long hash = hash(salt + name);
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = (float) (scale * ((splitmix(hash + i) >>> 11) * 0x1.0p-53 - 0.5));
    }
    return values;
  }

  /// A weight or buffer of the reference's state dict, by its name and shape, rounded to float32.
  public static float[] weight(String salt, String name, long... shape) {
    long elements = 1;
    long fanIn = 1;
    for (int i = 0; i < shape.length; i++) {
      elements *= shape[i];
      fanIn *= i > 0 ? shape[i] : 1;
    }
    double scale = shape.length > 1 ? 2 * Math.sqrt(3) / Math.sqrt(fanIn) : 0.1;
    boolean centredOnOne =
        shape.length == 1 && (name.endsWith(".weight") || name.endsWith("running_var"));
    long hash = hash(salt + name);
    float[] values = new float[Math.toIntExact(elements)];
    for (int i = 0; i < values.length; i++) {
      double centred = scale * ((splitmix(hash + i) >>> 11) * 0x1.0p-53 - 0.5);
      values[i] = (float) (centredOnOne ? 1 + centred : centred);
    }
    return values;
  }

  /// A JSON array of numbers.
  public static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asDouble();
    }
    return values;
  }

  /// A JSON array of integers.
  public static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).intValue();
    }
    return values;
  }

  /// 64-bit FNV-1a.
  static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001b3L;
    }
    return hash;
  }

  static long splitmix(long state) {
    long s = state + 0x9E3779B97F4A7C15L;
    s = (s ^ (s >>> 30)) * 0xBF58476D1CE4E5B9L;
    s = (s ^ (s >>> 27)) * 0x94D049BB133111EBL;
    return s ^ (s >>> 31);
  }
}
