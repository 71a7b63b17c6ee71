package io.pairstream.broker.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;

/// A certificate of this machine that is made for a test and vouches for itself.
///
/// @param keystore certificate and key, PKCS12
/// @param truststore the certificate alone, PKCS12
public record TestCertificate(Path keystore, Path truststore) {
  /// Of both files.
  static final String PASSWORD = "not-a-secret";

  private static final String ALIAS = "broker";

  /// @param folder an empty one, made when absent
  static TestCertificate in(Path folder) throws IOException {
    Files.createDirectories(folder);
    TestCertificate made =
        new TestCertificate(folder.resolve("broker.p12"), folder.resolve("trusted.p12"));
    made.generate();
    made.trust();
    return made;
  }

  /// The JDK has no public interface that makes a certificate, only this program.
  private void generate() throws IOException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=ip:127.0.0.1,dns:localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                keystore.toString(),
                "-storepass",
                PASSWORD)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
        throw new IOException("keytool: " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("keytool was not waited for", e);
    }
  }

  private void trust() throws IOException {
    char[] password = PASSWORD.toCharArray();
    try (OutputStream out = Files.newOutputStream(truststore)) {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, password);
      trusted.setCertificateEntry(
          ALIAS, KeyStore.getInstance(keystore.toFile(), password).getCertificate(ALIAS));
      trusted.store(out, password);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }
}
