package io.pairstream.cli.recipe;

import io.pairstream.ops.ServiceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Where the text of a recipe comes from.
sealed interface RecipeSource {
  /// What its owner calls it.
  String name();

  List<String> lines();

  /// A line, for messages.
  String place(int line);

  /// What an `include` in it means.
  Optional<RecipeSource> included(String text);

  /// Whether a text is a file's and not the name of a recipe that is shipped.
  static boolean isFile(String text) {
    return text.contains("/") || text.endsWith(Shipped.SUFFIX);
  }

  /// One of the recipes, or of the pieces that they include, that come with the program.
  record Shipped(String name) implements RecipeSource {
    static final String SUFFIX = ".recipe";
    private static final String FOLDER = "/recipes/";

    static Optional<RecipeSource> find(String name) {
      return RecipeSource.class.getResource(FOLDER + name + SUFFIX) == null
          ? Optional.empty()
          : Optional.of(new Shipped(name));
    }

    @Override
    public List<String> lines() {
      try (InputStream text =
          Objects.requireNonNull(
              RecipeSource.class.getResourceAsStream(FOLDER + name + SUFFIX), name)) {
        return new String(text.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public String place(int line) {
      return "recipe '" + name + "', line " + line;
    }

    @Override
    public Optional<RecipeSource> included(String text) {
      return find(text);
    }
  }

  /// A file of somebody's own.
  record OwnFile(Path path) implements RecipeSource {
    public OwnFile {
      path = path.normalize();
    }

    @Override
    public String name() {
      return path.toString();
    }

    @Override
    public List<String> lines() {
      try {
        return Files.readAllLines(path);
      } catch (NoSuchFileException e) {
        throw ServiceException.usage("there is no recipe file '" + path + "'", e);
      } catch (IOException e) {
        throw ServiceException.usage(
            "recipe file '" + path + "' cannot be read: " + e.getMessage(), e);
      }
    }

    @Override
    public String place(int line) {
      return "recipe file '" + path + "', line " + line;
    }

    /// Paths are relative to this file.
    @Override
    public Optional<RecipeSource> included(String text) {
      if (!isFile(text)) {
        return Shipped.find(text);
      }
      Path file = path.resolveSibling(text);
      return Files.exists(file) ? Optional.of(new OwnFile(file)) : Optional.empty();
    }
  }
}
