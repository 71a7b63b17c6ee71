package io.pairstream.config;

import io.pairstream.ops.ServiceException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/// Settings of Kafka clients that a person gives in a properties file. The file is read anew for
/// every client, so that changed secrets count for those that are made later; its values are shown
/// nowhere.
///
/// @param file where they are, if there are any
public record ClientSettings(Optional<Path> file) {
  /// No settings.
  public static final ClientSettings NONE = new ClientSettings(Optional.empty());

  /// The option that names the file.
  public static final String OPTION = "--kafka-config";

  /// What follows from other options or what the guarantees rest on.
  private static final Set<String> OURS =
      Set.of(
          "bootstrap.servers",
          "group.id",
          "group.instance.id",
          "application.id",
          "processing.guarantee",
          "enable.auto.commit",
          "auto.offset.reset",
          "enable.idempotence",
          "acks",
          "transactional.id",
          "key.serializer",
          "value.serializer",
          "key.deserializer",
          "value.deserializer");

  /// Those of a file.
  public static ClientSettings of(Path file) {
    return new ClientSettings(Optional.of(file));
  }

  /// Finds what is wrong with the file before anything is started.
  ///
  /// @throws OptionException if it is not there, cannot be read, or names a setting that Pairstream
  ///   makes itself
  public void requireReadable() {
    file.ifPresent(ClientSettings::read);
  }

  /// The settings as they are now.
  ///
  /// @throws ServiceException (3) if the file cannot be used any more
  public Map<String, String> read() {
    try {
      return file.map(ClientSettings::read).orElse(Map.of());
    } catch (OptionException e) {
      throw ServiceException.environment(String.valueOf(e.getMessage()), e);
    }
  }

  private static Map<String, String> read(Path file) {
    Properties properties = new Properties();
    try (Reader text = Files.newBufferedReader(file)) {
      properties.load(text);
    } catch (NoSuchFileException e) {
      throw new OptionException(OPTION, "'" + file + "' is not there");
    } catch (AccessDeniedException e) {
      throw new OptionException(OPTION, "'" + file + "' cannot be read: permission denied");
    } catch (IOException | IllegalArgumentException e) {
      // The cause may quote a secret.
      throw new OptionException(OPTION, "'" + file + "' cannot be read as properties");
    }
    Map<String, String> settings = new TreeMap<>();
    for (String name : properties.stringPropertyNames()) {
      String plain =
          name.replaceFirst("^(main\\.consumer|restore\\.consumer|consumer|producer|admin)[.]", "");
      if (OURS.contains(plain)) {
        throw new OptionException(
            OPTION, "'" + file + "' sets " + name + ", which Pairstream sets itself");
      }
      settings.put(name, properties.getProperty(name));
    }
    return settings;
  }
}
