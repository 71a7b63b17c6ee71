#pragma once

// The kernel, on a processor. A warp's lanes are coroutines that change over at __syncwarp.
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef struct {
  u32 x, y;
} uint2;
typedef struct {
  u32 x, y, z, w;
} __attribute__((aligned(16))) uint4;
typedef struct {
  u32 x;
} Index;

#define PAIRSTREAM_ON_CPU
#define BLOCK_THREADS 256
#define KERNEL static void
#define INLINE static inline
#define __shared__ static

static Index threadIdx, blockIdx;
static ucontext_t scheduler, lanes[32];
static int finished[32], lane_now;

static void __syncwarp(void) { swapcontext(&lanes[lane_now], &scheduler); }

static int misaligned;

static void aligned16(const void* at) {
  if (((uintptr_t)at & 15) != 0) {
    misaligned++;
  }
}

INLINE uint4 loadOnce(const u8* at) {
  aligned16(at);
  uint4 v;
  memcpy(&v, at, 16);
  return v;
}

INLINE void storeOnce(u8* at, uint4 v) {
  aligned16(at);
  memcpy(at, &v, 16);
}

INLINE u32 half(float y) {
  _Float16 h = (_Float16)y;
  u16 bits;
  memcpy(&bits, &h, 2);
  return bits;
}

INLINE u32 halves(float low, float high) { return half(low) | half(high) << 16; }

INLINE u32 bits_of(float y) {
  u32 bits;
  memcpy(&bits, &y, 4);
  return bits;
}

INLINE float float_of(u32 bits) {
  float y;
  memcpy(&y, &bits, 4);
  return y;
}

INLINE u32 brain(float y) {
  u32 bits = bits_of(y);
  return (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
}

INLINE u32 brainHalves(float low, float high) { return brain(low) | brain(high) << 16; }

INLINE u32 to_byte(int v) { return v < 0 ? 0 : v > 255 ? 255 : (u32)v; }

INLINE u32 saturated(int high, int low, u32 above) {
  return to_byte(low) | to_byte(high) << 8 | above << 16;
}

INLINE u32 __byte_perm(u32 a, u32 b, u32 selector) {
  u64 both = (u64)b << 32 | a;
  u32 r = 0;
  for (int i = 0; i < 4; i++) {
    r |= (u32)(both >> (8 * (selector >> (4 * i) & 7)) & 0xFF) << (8 * i);
  }
  return r;
}

#define __ldg(at) (*(at))
#define __fadd_rn(a, b) ((a) + (b))
#define __fmaf_rn(a, b, c) fmaf(a, b, c)
#define __uint_as_float(bits) float_of(bits)
#define __float_as_uint(y) bits_of(y)
#define __float_as_int(y) ((int)bits_of(y))

#include "swapmix.cu"

typedef void (*Kernel)(const u8*, u8*, const float*, u32, u32, u64, u64, u64);

typedef struct {
  const char* name;
  Kernel kernel;
  int bytes, planar;
} Function;

static Function functions[] = {
    {"swapmix_interleaved_u8", swapmix_interleaved_u8, 1, 0},
    {"swapmix_interleaved_f16", swapmix_interleaved_f16, 2, 0},
    {"swapmix_interleaved_bf16", swapmix_interleaved_bf16, 2, 0},
    {"swapmix_interleaved_f32", swapmix_interleaved_f32, 4, 0},
    {"swapmix_planar_f16", swapmix_planar_f16, 2, 1},
    {"swapmix_planar_bf16", swapmix_planar_bf16, 2, 1},
    {"swapmix_planar_f32", swapmix_planar_f32, 4, 1},
};

typedef struct {
  Function* function;
  u32 blocks, groups, pixels;
  u64 in, out, weights, inStride, outStride, planeStride;
} Launch;

static Launch running;

static void lane_main(void) {
  running.function->kernel(
      (const u8*)running.in, (u8*)running.out, (const float*)running.weights, running.groups,
      running.pixels, running.inStride, running.outStride, running.planeStride);
  finished[lane_now] = 1;
}

static void run_warp(u32 block, u32 warp) {
  static u8 stacks[32][65536];
  for (int i = 0; i < 32; i++) {
    finished[i] = 0;
    getcontext(&lanes[i]);
    lanes[i].uc_stack.ss_sp = stacks[i];
    lanes[i].uc_stack.ss_size = sizeof stacks[i];
    lanes[i].uc_link = &scheduler;
    makecontext(&lanes[i], lane_main, 0);
  }
  for (int left = 32; left > 0;) {
    left = 0;
    // Backwards, so that a lane that relies on an earlier one without waiting is found out.
    for (int i = 31; i >= 0; i--) {
      if (!finished[i]) {
        lane_now = i;
        blockIdx.x = block;
        threadIdx.x = warp * 32 + (u32)i;
        swapcontext(&scheduler, &lanes[i]);
        left += !finished[i];
      }
    }
  }
}
