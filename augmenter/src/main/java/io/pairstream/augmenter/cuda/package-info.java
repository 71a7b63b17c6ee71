/// SwapMix on an NVIDIA GPU through the driver's own functions, and the only package that knows
/// `org.bytedeco.cuda`.
///
/// Threads: every method of [io.pairstream.augmenter.cuda.CudaSwapMix] may be called by several
/// threads at once; each call has a lane (two CUDA streams, two pairs of buffers) to itself until
/// it returns.
@NullMarked
package io.pairstream.augmenter.cuda;

import org.jspecify.annotations.NullMarked;
