#pragma once

// A CUDA source file's function, on a processor: compiled as C++ together with the file itself, which
// USER_SOURCE names. Threads come one after the other, the last one first, so the file can use neither
// shared memory nor __syncthreads. Compile without contracting: NVRTC is told --fmad=false.
#include <math.h>

#define __global__
#define __device__
#define __forceinline__ inline

namespace {
struct Index {
  unsigned x, y, z;
};
Index threadIdx, blockIdx, blockDim, gridDim;
}  // namespace

#include USER_SOURCE

extern "C" void run_user_kernel(
    unsigned blocks, unsigned threads, const unsigned char* in, unsigned char* out, int clips, int frames,
    int height, int width, const unsigned long long* seeds, const float* parameters) {
  gridDim = Index{blocks, 1, 1};
  blockDim = Index{threads, 1, 1};
  for (unsigned b = blocks; b-- > 0;) {
    blockIdx = Index{b, 0, 0};
    for (unsigned t = threads; t-- > 0;) {
      threadIdx = Index{t, 0, 0};
      augment(in, out, clips, frames, height, width, seeds, parameters);
    }
  }
}
