package io.pairstream.augmenter.cuda;

import io.pairstream.ops.ServiceException;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/// Turns the driver's error codes into the end of the process: exit 3 and one sentence. What was
/// being made is not written, so a restart makes the same bytes again.
final class CudaFailure {
  private CudaFailure() {}

  /// Ends with a sentence unless the code is success.
  ///
  /// @param device as people know it: `cuda:0 (NVIDIA H200)`
  static void check(int code, String function, String device) {
    if (code != cudart.CUDA_SUCCESS) {
      throw of(code, function, device);
    }
  }

  private static ServiceException of(int code, String function, String device) {
    String cause = function + ": " + name(code);
    String sentence =
        switch (code) {
          case cudart.CUDA_ERROR_OUT_OF_MEMORY ->
              " has no memory left (%s): another process may hold it; fewer --augmenter-threads take less";
          case cudart.CUDA_ERROR_INVALID_DEVICE, cudart.CUDA_ERROR_NO_DEVICE ->
              " is not there (%s)";
          case cudart.CUDA_ERROR_NO_BINARY_FOR_GPU,
              cudart.CUDA_ERROR_INVALID_PTX,
              cudart.CUDA_ERROR_UNSUPPORTED_PTX_VERSION ->
              " or its driver cannot run the kernel (%s): compute capability 8.0 and a driver for CUDA"
                  + " 12 or newer are needed";
          default ->
              " failed (%s): the batch was not written; start the augmenter again, or with --device"
                  + " cpu if it stays so";
        };
    return ServiceException.environment(device + sentence.formatted(cause));
  }

  /// `CUDA_ERROR_LAUNCH_FAILED`.
  static String name(int code) {
    try (PointerPointer<BytePointer> text = new PointerPointer<>(1)) {
      if (cudart.cuGetErrorName(code, text) != cudart.CUDA_SUCCESS) {
        return "CUDA error " + code;
      }
      return text.get(BytePointer.class, 0).getString();
    }
  }
}
