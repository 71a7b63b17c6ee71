package io.pairstream.cli.source;

import io.pairstream.ops.ServiceException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/// Where a file of options comes from.
sealed interface OptionFileSource {
  /// What its owner calls it.
  String name();

  /// All of it.
  ///
  /// @throws ServiceException (2) if it cannot be read
  String text();

  /// For messages.
  String place();

  /// A line, for messages.
  default String place(int line) {
    return place() + ", line " + line;
  }

  /// What an `include` in it means.
  Optional<OptionFileSource> included(String text);

  /// Whether a text is a file's and not the name of a recipe that is shipped.
  static boolean isFile(String text) {
    return text.contains("/") || text.endsWith(".yaml") || text.endsWith(".yml");
  }

  /// One of the recipes, or of the pieces that they include, that come with the program.
  record Shipped(String name) implements OptionFileSource {
    private static final String FOLDER = "/recipes/";
    private static final String SUFFIX = ".yaml";

    static Optional<OptionFileSource> find(String name) {
      return OptionFileSource.class.getResource(FOLDER + name + SUFFIX) == null
          ? Optional.empty()
          : Optional.of(new Shipped(name));
    }

    @Override
    public String text() {
      try (InputStream text =
          Objects.requireNonNull(
              OptionFileSource.class.getResourceAsStream(FOLDER + name + SUFFIX), name)) {
        return new String(text.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public String place() {
      return "recipe '" + name + "'";
    }

    @Override
    public Optional<OptionFileSource> included(String text) {
      return find(text);
    }
  }

  /// A file of somebody's own.
  record OwnFile(Path path) implements OptionFileSource {
    public OwnFile {
      path = path.normalize();
    }

    @Override
    public String name() {
      return path.toString();
    }

    @Override
    public String text() {
      try {
        return Files.readString(path);
      } catch (NoSuchFileException e) {
        throw ServiceException.usage("there is no " + place(), e);
      } catch (MalformedInputException e) {
        throw ServiceException.usage(place() + " is not UTF-8 text", e);
      } catch (IOException e) {
        String cause =
            e instanceof AccessDeniedException
                ? "permission denied"
                : Files.isDirectory(path) ? "it is a folder" : String.valueOf(e.getMessage());
        throw ServiceException.usage(place() + " cannot be read: " + cause, e);
      }
    }

    @Override
    public String place() {
      return "file '" + path + "'";
    }

    /// Paths are relative to this file.
    @Override
    public Optional<OptionFileSource> included(String text) {
      if (!isFile(text)) {
        return Shipped.find(text);
      }
      Path file = path.resolveSibling(text);
      return Files.exists(file) ? Optional.of(new OwnFile(file)) : Optional.empty();
    }
  }
}
