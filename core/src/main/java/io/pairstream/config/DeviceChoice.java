package io.pairstream.config;

/// On what a service computes, as `--device` says it.
public sealed interface DeviceChoice {
  /// The first GPU, or else the processor.
  record Auto() implements DeviceChoice {}

  /// The processor.
  record Cpu() implements DeviceChoice {}

  /// A GPU and nothing else.
  ///
  /// @param ordinal the driver's number of it, from 0 on
  record Cuda(int ordinal) implements DeviceChoice {
    public Cuda {
      if (ordinal < 0) {
        throw new IllegalArgumentException("cuda:" + ordinal + " is no device");
      }
    }
  }

  /// Reads `auto`, `cpu`, `cuda` or `cuda:N`.
  ///
  /// @param option whose value it is, for the complaint
  /// @throws IllegalArgumentException if it is none of them
  static DeviceChoice parse(String option, String text) {
    return switch (text) {
      case "auto" -> new Auto();
      case "cpu" -> new Cpu();
      case "cuda" -> new Cuda(0);
      default -> {
        if (!text.matches("cuda:[0-9]{1,4}")) {
          throw new IllegalArgumentException(
              option + " '" + text + "' is not auto, cpu, cuda or cuda:N");
        }
        yield new Cuda(Integer.parseInt(text.substring("cuda:".length())));
      }
    };
  }
}
