package io.pairstream.augment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An augmentation written in CUDA C++, one file. Nothing of it is compiled here.
///
/// What it must define, its parameters' line and what it may rely on are described in
/// `docs/reference/cuda-sources.md`.
///
/// @param file its name without folders: where it lies changes nothing of a run
/// @param sha256 of its bytes, in hex
/// @param text its contents
/// @param parameters in the order in which the kernel gets them
public record KernelSource(String file, String sha256, String text, List<Parameter> parameters) {
  /// The parameter that a text may pin the file's contents with.
  static final String SHA256 = "sha256";

  /// The function that the file must define.
  public static final String FUNCTION = "augment";

  /// Far more than a kernel takes, and nothing that fills a memory.
  private static final long MOST_BYTES = 1 << 20;

  private static final Pattern OURS = Pattern.compile("\\s*//\\s*pairstream\\s*:(.*)");
  private static final Pattern INCLUDE = Pattern.compile("\\s*(#|%:)\\s*include\\b.*");
  private static final Pattern PARAMETERS = Pattern.compile("\\s*parameters\\s+(.*\\S)\\s*");
  private static final Pattern PARAMETER =
      Pattern.compile("\\s*([a-z][a-z0-9-]*)\\s*=\\s*([^\\s=]+)\\s*");

  /// A parameter and its value where a text gives none.
  public record Parameter(String name, double value) {}

  public KernelSource {
    parameters = List.copyOf(parameters);
  }

  /// Reads a file.
  ///
  /// @throws IllegalArgumentException naming the file, and the line if one is wrong
  static KernelSource read(Path path) {
    try {
      if (!Files.isRegularFile(path)) {
        throw new IllegalArgumentException(
            "CUDA source " + path + " is " + (Files.exists(path) ? "no file" : "not there"));
      }
      if (Files.size(path) > MOST_BYTES) {
        throw new IllegalArgumentException(
            "CUDA source " + path + " has more than " + MOST_BYTES + " bytes");
      }
      byte[] bytes = Files.readAllBytes(path);
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      String file = String.valueOf(path.getFileName());
      String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      return new KernelSource(file, digest, text, parameters(path, text));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("CUDA source " + path + " is not UTF-8 text", e);
    } catch (IOException e) {
      throw new IllegalArgumentException("CUDA source " + path + " cannot be read: " + e, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Parameter> parameters(Path path, String text) {
    Optional<List<Parameter>> found = Optional.empty();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String where = "CUDA source " + path + ", line " + (i + 1) + ": ";
      // Its digest would not tell what it pulls in.
      if (INCLUDE.matcher(lines.get(i)).matches()) {
        throw new IllegalArgumentException(
            where + "it includes another file; what it needs must be inside it");
      }
      Matcher ours = OURS.matcher(lines.get(i));
      if (!ours.matches()) {
        continue;
      }
      Matcher list = PARAMETERS.matcher(ours.group(1));
      if (!list.matches()) {
        throw new IllegalArgumentException(
            where + "'" + lines.get(i).strip() + "' is not '// pairstream: parameters NAME=VALUE'");
      }
      if (found.isPresent()) {
        throw new IllegalArgumentException(where + "the parameters are listed twice");
      }
      found = Optional.of(list(where, list.group(1)));
    }
    return found.orElse(List.of());
  }

  private static List<Parameter> list(String where, String text) {
    List<Parameter> parameters = new ArrayList<>();
    for (String one : text.split(",", -1)) {
      Matcher parts = PARAMETER.matcher(one);
      if (!parts.matches()) {
        throw new IllegalArgumentException(
            where + "'" + one.strip() + "' is not NAME=VALUE with a name of a-z, 0-9 and -");
      }
      String name = parts.group(1);
      if (name.equals(SHA256) || parameters.stream().anyMatch(p -> p.name().equals(name))) {
        throw new IllegalArgumentException(where + "parameter '" + name + "' is taken");
      }
      parameters.add(new Parameter(name, number(where, name, parts.group(2))));
    }
    return parameters;
  }

  private static double number(String where, String name, String text) {
    try {
      double number = Double.parseDouble(text);
      if (Float.isFinite((float) number)) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(where + name + " is '" + text + "', not a number", e);
    }
    throw new IllegalArgumentException(where + name + " is '" + text + "', not a number");
  }
}
