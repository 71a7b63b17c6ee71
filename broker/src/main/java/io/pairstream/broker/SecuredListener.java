package io.pairstream.broker;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A second listener, for clients that come by TLS with a name and a password (SASL_SSL, PLAIN).
///
/// @param port to listen on, or 0 for any free one
/// @param keystore the broker's certificate and key, PKCS12
/// @param password of the keystore
/// @param users the passwords, by name
public record SecuredListener(int port, Path keystore, String password, Map<String, String> users) {
  private static final String LOGIN_MODULE =
      "org.apache.kafka.common.security.plain.PlainLoginModule";

  public SecuredListener {
    users = Map.copyOf(users);
    BrokerOptions.requirePort(port);
    if (users.isEmpty()) {
      throw new IllegalArgumentException("a secured listener needs a user");
    }
  }

  /// Kafka's settings of the listener.
  Map<String, String> settings() {
    String prefix = "listener.name." + ListeningSockets.SECURED.toLowerCase(Locale.ROOT);
    return Map.of(
        prefix + ".ssl.keystore.type",
        "PKCS12",
        prefix + ".ssl.keystore.location",
        keystore.toAbsolutePath().toString(),
        prefix + ".ssl.keystore.password",
        password,
        prefix + ".ssl.key.password",
        password,
        prefix + ".sasl.enabled.mechanisms",
        "PLAIN",
        prefix + ".plain.sasl.jaas.config",
        logins());
  }

  private String logins() {
    return new TreeMap<>(users)
        .entrySet().stream()
            .map(user -> " user_" + user.getKey() + "=" + quoted(user.getValue()))
            .collect(Collectors.joining("", LOGIN_MODULE + " required", ";"));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /// Without the passwords.
  @Override
  public String toString() {
    return "SecuredListener[port=" + port + ", keystore=" + keystore + "]";
  }
}
