package io.pairstream.trainer.torch;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.pairstream.config.DeviceChoice;
import java.nio.file.Path;

/// libtorch in this process: loaded once, with its threads.
///
/// @param version libtorch's
/// @param engineVersion DJL's
public record TorchRuntime(String version, String engineVersion) {
  private static final String ENGINE = "PyTorch";

  /// Loads libtorch. DJL reads its settings from the environment or else from system properties,
  /// when its classes load: this sets what the environment left open, so that nothing is fetched or
  /// reported over the network and natives are unpacked into the user's cache.
  ///
  /// @param threads how many threads one operation may use
  /// @throws IllegalStateException with one sentence if the natives cannot be loaded
  public static TorchRuntime start(int threads) {
    setIfAbsent("DJL_OFFLINE", "ai.djl.offline", "true");
    setIfAbsent("OPT_OUT_TRACKING", "OPT_OUT_TRACKING", "true");
    setIfAbsent("DJL_CACHE_DIR", "DJL_CACHE_DIR", cache().resolve("djl").toString());
    Engine engine;
    try {
      engine = Engine.getEngine(ENGINE);
    } catch (RuntimeException | LinkageError e) {
      throw new IllegalStateException("libtorch cannot be loaded: " + rootCause(e), e);
    }
    JniUtils.setNumThreads(threads);
    return new TorchRuntime(engine.getVersion(), Engine.getDjlVersion());
  }

  /// A manager on the processor, which the caller closes.
  public NDManager newManager() {
    return NDManager.newBaseManager(Device.cpu(), ENGINE);
  }

  /// Where to compute.
  ///
  /// @throws IllegalStateException with one sentence of what is missing if a GPU is asked for that
  ///   libtorch cannot use
  public TorchDevice device(DeviceChoice choice) {
    Engine engine = Engine.getEngine(ENGINE);
    return TorchDevice.of(
        choice,
        new TorchDevice.Gpus(
            version, engine.hasCapability(StandardCapabilities.CUDA), engine::getGpuCount));
  }

  private static void setIfAbsent(String variable, String property, String value) {
    if (System.getenv(variable) == null && System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /// `$XDG_CACHE_HOME/pairstream`, or `~/.cache/pairstream`.
  private static Path cache() {
    String given = System.getenv("XDG_CACHE_HOME");
    Path base =
        given == null || given.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache")
            : Path.of(given);
    return base.resolve("pairstream");
  }

  private static String rootCause(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
