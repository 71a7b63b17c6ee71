package io.pairstream.augment;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.jar.Attributes;
import java.util.jar.JarInputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/// A jar with augmentations that are not part of this build. Its classes see those of the augmenter
/// and its own, not those of other plug-ins.
///
/// @param file its path
/// @param sha256 of its bytes, in hex
/// @param augmentations those that its `META-INF/services` names, at least one
record PluginJar(Path file, String sha256, List<Augmentation> augmentations) {
  PluginJar {
    augmentations = List.copyOf(augmentations);
  }

  /// Loads every jar of a folder, by name. Their code stays loaded as long as the process lives.
  ///
  /// @throws IllegalArgumentException naming the folder or the jar that cannot be used
  static List<PluginJar> loadAll(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException("--plugins " + folder + " is no folder");
    }
    List<Path> files;
    try (Stream<Path> entries = Files.list(folder)) {
      files = entries.filter(path -> path.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--plugins " + folder + " cannot be read: " + e.getMessage(), e);
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException("--plugins " + folder + " holds no jar");
    }
    return files.stream().map(PluginJar::load).toList();
  }

  private static PluginJar load(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      requireSelfContained(file, bytes);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new PluginJar(file, HexFormat.of().formatHex(digest), instances(file));
    } catch (IOException e) {
      throw new IllegalArgumentException("plug-in " + file + " cannot be read: " + e, e);
    } catch (ServiceConfigurationError | LinkageError e) {
      throw new IllegalArgumentException("plug-in " + file + " does not load: " + reason(e), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A jar that pulls in others would run code that its digest does not tell of.
  private static void requireSelfContained(Path file, byte[] bytes) throws IOException {
    try (JarInputStream jar = new JarInputStream(new ByteArrayInputStream(bytes))) {
      Manifest manifest = jar.getManifest();
      if (manifest != null
          && manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH) != null) {
        throw new IllegalArgumentException(
            "plug-in " + file + " has a Class-Path; what it needs must be inside it");
      }
    }
  }

  private static List<Augmentation> instances(Path file) throws IOException {
    URL[] urls = {file.toUri().toURL()};
    // Not closed: classes are loaded when they are first used.
    @SuppressWarnings("resource")
    URLClassLoader loader =
        new URLClassLoader(
            "plug-in " + file.getFileName(), urls, Augmentation.class.getClassLoader());
    List<Augmentation> found = new ArrayList<>();
    // The loader's parent has augmentations too: those are no plug-ins.
    for (ServiceLoader.Provider<Augmentation> provider :
        ServiceLoader.load(Augmentation.class, loader).stream().toList()) {
      if (provider.type().getClassLoader() == loader) {
        found.add(provider.get());
      }
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "plug-in "
              + file
              + " names no augmentation in META-INF/services/"
              + Augmentation.class.getName());
    }
    return found;
  }

  private static String reason(Throwable e) {
    Throwable cause = e.getCause();
    return cause == null ? String.valueOf(e.getMessage()) : e.getMessage() + ": " + cause;
  }
}
