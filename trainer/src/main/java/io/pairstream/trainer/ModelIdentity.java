package io.pairstream.trainer;

import io.pairstream.ops.ServiceException;
import io.pairstream.trainer.model.VideoNets;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// What a checkpoint calls its model.
public final class ModelIdentity {
  private ModelIdentity() {}

  /// The name of a model that is built in; of a file a digest of its content, wherever it lies.
  ///
  /// @throws ServiceException (3) if the file cannot be read
  public static String of(String model) {
    if (!VideoNets.isFile(model)) {
      return model;
    }
    try (InputStream in =
        new DigestInputStream(
            Files.newInputStream(Path.of(model)), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      byte[] digest = ((DigestInputStream) in).getMessageDigest().digest();
      return "torchscript " + HexFormat.of().formatHex(digest, 0, 8);
    } catch (IOException e) {
      throw ServiceException.environment(
          "the model " + model + " cannot be read: " + e.getMessage(), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
