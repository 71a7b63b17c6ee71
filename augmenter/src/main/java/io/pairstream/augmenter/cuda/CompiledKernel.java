package io.pairstream.augmenter.cuda;

import io.pairstream.augment.KernelSource;
import io.pairstream.ops.ServiceException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the compiler made of a CUDA source file, checked for the function that is called.
///
/// @param compiler as people know it: `NVRTC 13.0`
/// @param ptx ends with a comment that names the source and its digest
record CompiledKernel(KernelSource source, String compiler, String ptx) {
  /// The types of the function's parameters, in PTX's words.
  static final List<String> SIGNATURE =
      List.of("u64", "u64", "u32", "u32", "u32", "u32", "u64", "u64");

  private static final Pattern ENTRY =
      Pattern.compile("\\.entry\\s+" + KernelSource.FUNCTION + "\\s*\\(([^)]*)\\)");
  private static final Pattern PARAMETER =
      Pattern.compile("\\.param\\s+(?:\\.align\\s+\\d+\\s+)?\\.([a-z]+\\d+)");

  /// @throws ServiceException (2) if the function is not there or takes something else
  CompiledKernel {
    Matcher entry = ENTRY.matcher(ptx);
    if (!entry.find()) {
      throw ServiceException.usage(
          "CUDA source "
              + source.file()
              + " defines no extern \"C\" __global__ void "
              + KernelSource.FUNCTION
              + "(…)");
    }
    List<String> types = new ArrayList<>();
    Matcher parameter = PARAMETER.matcher(entry.group(1));
    while (parameter.find()) {
      // A pointer or an int has the same bits whatever its type is called.
      types.add(parameter.group(1).replaceFirst("^[sb](?=32|64)", "u"));
    }
    if (!types.equals(SIGNATURE)) {
      throw ServiceException.usage(
          KernelSource.FUNCTION
              + " in CUDA source "
              + source.file()
              + " takes ("
              + String.join(", ", types)
              + "), not ("
              + String.join(", ", SIGNATURE)
              + ") as PTX calls them: see docs/reference/cuda-sources.md");
    }
    ptx = ptx.stripTrailing() + "\n// " + source.file() + " " + source.sha256() + "\n";
  }
}
