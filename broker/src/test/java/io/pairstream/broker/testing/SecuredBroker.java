package io.pairstream.broker.testing;

import io.pairstream.broker.BrokerOptions;
import io.pairstream.broker.EmbeddedBroker;
import io.pairstream.broker.SecuredListener;
import io.pairstream.config.ClientSettings;
import io.pairstream.config.KafkaOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A broker that wants what a real cluster wants of its clients: TLS, a name and a password.
public final class SecuredBroker implements AutoCloseable {
  /// The only user.
  public static final String USER = "pairstream";

  /// The user's password: with what a settings file must not trip over.
  public static final String PASSWORD = "it's \"secret\" \\ ü";

  private final Path folder;
  private final EmbeddedBroker broker;
  private final TestCertificate certificate;

  private SecuredBroker(Path folder, EmbeddedBroker broker, TestCertificate certificate) {
    this.folder = folder;
    this.broker = broker;
    this.certificate = certificate;
  }

  /// @param folder for its data and its certificate; made when absent
  public static SecuredBroker start(Path folder) throws IOException {
    TestCertificate certificate = TestCertificate.in(folder.resolve("certificate"));
    SecuredListener listener =
        new SecuredListener(
            0, certificate.keystore(), TestCertificate.PASSWORD, Map.of(USER, PASSWORD));
    BrokerOptions options =
        new BrokerOptions(
            folder.resolve("data"),
            0,
            KafkaOptions.DEFAULT_MAX_RECORD_BYTES,
            Optional.of(listener));
    return new SecuredBroker(folder, TestBroker.start(options), certificate);
  }

  /// `127.0.0.1:port` of the secured listener.
  public String bootstrap() {
    return broker.securedBootstrap();
  }

  /// How its user reaches it.
  public KafkaOptions kafka() throws IOException {
    return kafka(client());
  }

  /// How somebody with other settings tries to reach it.
  public KafkaOptions kafka(Map<String, String> settings) throws IOException {
    Path file = write(folder.resolve("client.properties"), settings);
    return new KafkaOptions(
        bootstrap(), KafkaOptions.DEFAULT_MAX_RECORD_BYTES, ClientSettings.of(file));
  }

  /// The client settings of its user.
  public Map<String, String> client() {
    return client(USER, PASSWORD);
  }

  /// The client settings of one who gives another name or password.
  public Map<String, String> client(String user, String password) {
    return Map.of(
        "security.protocol",
        "SASL_SSL",
        "sasl.mechanism",
        "PLAIN",
        "sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required username=%s password=%s;"
            .formatted(quoted(user), quoted(password)),
        "ssl.truststore.type",
        "PKCS12",
        "ssl.truststore.location",
        certificate.truststore().toString(),
        "ssl.truststore.password",
        TestCertificate.PASSWORD);
  }

  /// Writes client settings as a Java properties file.
  public static Path write(Path file, Map<String, String> settings) throws IOException {
    String text =
        new TreeMap<>(settings)
            .entrySet().stream()
                .map(one -> one.getKey() + "=" + escaped(one.getValue()) + "\n")
                .collect(Collectors.joining());
    return Files.writeString(file, text);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /// The file's own escape.
  private static String escaped(String value) {
    return value.replace("\\", "\\\\");
  }

  @Override
  public void close() {
    broker.close();
  }
}
