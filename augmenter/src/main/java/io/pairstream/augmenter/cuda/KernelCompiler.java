package io.pairstream.augmenter.cuda;

import io.pairstream.augment.KernelSource;
import io.pairstream.ops.ServiceException;

/// Compiles CUDA source files for a GPU.
interface KernelCompiler {
  /// @param capability compute capability of the GPU: 90 for 9.0
  /// @throws ServiceException (2) if the source does not compile, with the compiler's first errors;
  ///   (3) if the compiler does not know such a GPU
  CompiledKernel compile(KernelSource source, int capability);
}
