// SwapMix and normalisation of clips in one pass over their bytes.
//
// In:  U8 [groups, pixels, 3], a group's first byte `inStride` after the one before. A group is what
//      shares its weights and its planes: a clip, or a frame where planes are per frame.
// Out: interleaved [groups, pixels, 3] as U8, F16, BF16 or F32, or planar [groups, 3, pixels] as F16,
//      BF16 or F32, a group `outStride` and a plane `planeStride` bytes after the one before.
// Weights: 16 floats a group: own[3], self[3], next[3], previous[3], bias[3] and one unused, with
//
//      y_c = fma(own_c, x_c, fma(self_c, x_c, fma(next_c, x_(c+1)%3, fma(previous_c, x_(c+2)%3, bias_c))))
//
//      Of self, next and previous one is w1 of the partner channel and two are zero. A zero weight
//      leaves the sum as it is (no value is infinite, no sum is -0), so this is the plain kernel's
//      fma(w0, x_c, fma(w1, x_partner, w2)) bit for bit, for any channel order, without a branch.
//
// What bounds it is memory: 64 clips of 8x224x224 are 77 MB in and 77 MB out as U8, 36 microseconds at
// 4.3 TB/s. In that time an H200 issues about 14 instructions for each of the 77 million results; this
// takes about 9 (one PRMT and one FADD to make a byte a float, four FFMA, one FADD and one IADD to
// round, half an I2IP to saturate and pack).
//
// Sixteen pixels are three 16-byte accesses, which a thread could do by itself, 48 bytes from its
// neighbour's. Then every store fills half of a 32-byte sector, and the second-level cache, which
// works in sectors, is asked for twice the work: it would be the bound. So a warp moves its tile of
// 512 pixels (1,536 bytes) in whole lines, lane after lane, and turns it in shared memory, where
// 16-byte accesses at a distance of 48 bytes meet no bank twice (48/16 is odd). It costs a quarter of
// an instruction a result. A thread works on so many pixels that 48 bytes leave it in every step: 16
// as U8, 8 as F16 or BF16, 4 as F32; in planes that is one 16-byte store a plane, in whole lines.
// Warps need each other for nothing, so there is no barrier but the warp's own.
//
// A tile that is not whole or not aligned to 16 bytes is done pixel by pixel.
//
// Plain C as far as it goes and no header of a library, so that a C compiler can run the same lines on a
// processor (tests define PAIRSTREAM_ON_CPU and what is in the next block), and NVRTC could compile it.
// crop.cu, included at the end, uses what is here.

#ifndef PAIRSTREAM_ON_CPU
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define BLOCK_THREADS 256
#define KERNEL extern "C" __global__ void __launch_bounds__(BLOCK_THREADS)
#define INLINE static __device__ __forceinline__

// Read once, by nobody else: neither cache needs to keep it.
INLINE uint4 loadOnce(const u8* at) {
  uint4 v;
  asm volatile("ld.global.nc.L1::no_allocate.v4.u32 {%0,%1,%2,%3},[%4];"
               : "=r"(v.x), "=r"(v.y), "=r"(v.z), "=r"(v.w)
               : "l"(at));
  return v;
}

INLINE void storeOnce(u8* at, uint4 v) {
  asm volatile("st.global.cs.v4.u32 [%0],{%1,%2,%3,%4};" ::"l"(at), "r"(v.x), "r"(v.y), "r"(v.z), "r"(v.w)
               : "memory");
}

INLINE u32 halves(float low, float high) {
  u32 r;
  asm("cvt.rn.f16x2.f32 %0,%1,%2;" : "=r"(r) : "f"(high), "f"(low));
  return r;
}

INLINE u32 brainHalves(float low, float high) {
  u32 r;
  asm("cvt.rn.bf16x2.f32 %0,%1,%2;" : "=r"(r) : "f"(high), "f"(low));
  return r;
}

// The low half of the result: high and low, each saturated to a byte; the high half: `above`'s low one.
INLINE u32 saturated(int high, int low, u32 above) {
  u32 r;
  asm("cvt.pack.sat.u8.s32.b32 %0,%1,%2,%3;" : "=r"(r) : "r"(high), "r"(low), "r"(above));
  return r;
}
#endif

#define LANES 32
#define WARPS (BLOCK_THREADS / LANES)
#define TILE 512
#define TILE_CHUNKS (TILE * 3 / 16)

#define AS_U8 0
#define AS_F16 1
#define AS_BF16 2
#define AS_F32 3
#define BYTES(type) ((type) == AS_U8 ? 1 : (type) == AS_F32 ? 4 : 2)
#define STEP(type) (16 / BYTES(type))
// Of shared memory, a warp's: what came in and, unless it goes out elsewhere, a step's results.
#define CHUNKS(type, planar) (TILE_CHUNKS * ((type) == AS_U8 || (planar) ? 1 : 2))

typedef struct {
  float own[3], self[3], next[3], previous[3], bias[3];
} Weights;

INLINE Weights weightsOf(const float* table, u32 group) {
  const float* at = table + (u64)group * 16;
  Weights w;
#pragma unroll
  for (int c = 0; c < 3; c++) {
    w.own[c] = __ldg(at + c);
    w.self[c] = __ldg(at + 3 + c);
    w.next[c] = __ldg(at + 6 + c);
    w.previous[c] = __ldg(at + 9 + c);
    w.bias[c] = __ldg(at + 12 + c);
  }
  return w;
}

// 2^23 + byte has the byte as its last bits.
INLINE float byteOf(u32 word, u32 index) {
  return __fadd_rn(__uint_as_float(__byte_perm(word, 0x4B000000u, 0x7440u | index)), -8388608.0f);
}

INLINE float mixed(const Weights* w, int c, float x, float next, float previous) {
  float sum = __fmaf_rn(w->previous[c], previous, w->bias[c]);
  sum = __fmaf_rn(w->next[c], next, sum);
  sum = __fmaf_rn(w->self[c], x, sum);
  return __fmaf_rn(w->own[c], x, sum);
}

// Half to even: beyond 2^23 a float has no fraction; its bits then count up from those of 1.5 * 2^23.
INLINE int rounded(float y) { return __float_as_int(__fadd_rn(y, 12582912.0f)) - 0x4B400000; }

INLINE u32 fourBytes(float a, float b, float c, float d) {
  return saturated(rounded(b), rounded(a), saturated(rounded(d), rounded(c), 0));
}

// The 12 words that leave a thread in one step, of the values of STEP pixels: in the order of the
// pixels, or four of red, four of green, four of blue.
INLINE void packed(const float* y, u32* words, const int type, const int planar) {
#pragma unroll
  for (int i = 0; i < 12; i++) {
    int plane = i / 4, j = i % 4;
    if (type == AS_U8) {
      words[i] = fourBytes(y[4 * i], y[4 * i + 1], y[4 * i + 2], y[4 * i + 3]);
    } else if (type == AS_F32) {
      words[i] = __float_as_uint(y[planar ? 3 * j + plane : i]);
    } else {
      float low = y[planar ? 6 * j + plane : 2 * i];
      float high = y[planar ? 6 * j + 3 + plane : 2 * i + 1];
      words[i] = type == AS_F16 ? halves(low, high) : brainHalves(low, high);
    }
  }
}

INLINE uint4 four(const u32* words) {
  uint4 v;
  v.x = words[0];
  v.y = words[1];
  v.z = words[2];
  v.w = words[3];
  return v;
}

INLINE void values(const u32* words, const Weights* w, float* y, const int type) {
#pragma unroll
  for (int pixel = 0; pixel < STEP(type); pixel++) {
    float x[3];
#pragma unroll
    for (int c = 0; c < 3; c++) {
      x[c] = byteOf(words[(3 * pixel + c) / 4], (3 * pixel + c) % 4);
    }
#pragma unroll
    for (int c = 0; c < 3; c++) {
      y[3 * pixel + c] = mixed(w, c, x[c], x[(c + 1) % 3], x[(c + 2) % 3]);
    }
  }
}

// The bytes of STEP pixels, in three accesses as wide as they are aligned.
INLINE void takeStep(const uint4* own, u32 place, u32* words, const int type) {
#pragma unroll
  for (u32 i = 0; i < 3; i++) {
    if (type == AS_U8) {
      uint4 v = own[place * 3 + i];
      words[4 * i] = v.x;
      words[4 * i + 1] = v.y;
      words[4 * i + 2] = v.z;
      words[4 * i + 3] = v.w;
    } else if (type == AS_F32) {
      words[i] = ((const u32*)own)[place * 3 + i];
    } else {
      uint2 v = ((const uint2*)own)[place * 3 + i];
      words[2 * i] = v.x;
      words[2 * i + 1] = v.y;
    }
  }
}

INLINE void wholeTile(
    const u8* in, u8* out, u64 planeStride, const Weights* w, uint4* own, u32 lane, const int type,
    const int planar) {
#pragma unroll
  for (int i = 0; i < 3; i++) {
    own[lane + LANES * i] = loadOnce(in + 16 * (lane + LANES * i));
  }
  __syncwarp();
  // U8 goes back to where it came from, which no other lane reads.
  uint4* result = own + (type == AS_U8 ? 0 : TILE_CHUNKS);
#pragma unroll 1
  for (u32 step = 0; step < TILE / (LANES * STEP(type)); step++) {
    u32 words[12];
    float y[48];
    takeStep(own, step * LANES + lane, words, type);
    values(words, w, y, type);
    packed(y, words, type, planar);
    if (planar) {
#pragma unroll
      for (int c = 0; c < 3; c++) {
        storeOnce(out + c * planeStride + 16 * (step * LANES + lane), four(words + 4 * c));
      }
    } else {
#pragma unroll
      for (int i = 0; i < 3; i++) {
        result[lane * 3 + i] = four(words + 4 * i);
      }
      __syncwarp();
#pragma unroll
      for (int i = 0; i < 3; i++) {
        u32 chunk = lane + LANES * i;
        storeOnce(out + 16 * (step * TILE_CHUNKS + chunk), result[chunk]);
      }
      __syncwarp();
    }
  }
}

INLINE void storeValue(u8* at, float y, const int type) {
  if (type == AS_U8) {
    *at = (u8)saturated(0, rounded(y), 0);
  } else if (type == AS_F32) {
    *(float*)at = y;
  } else {
    *(u16*)at = (u16)(type == AS_F16 ? halves(y, 0) : brainHalves(y, 0));
  }
}

INLINE void anyTile(
    const u8* in, u8* out, u32 pixels, u64 planeStride, const Weights* w, u32 lane, const int type,
    const int planar) {
  for (u32 pixel = lane; pixel < pixels; pixel += LANES) {
    float x[3];
    for (int c = 0; c < 3; c++) {
      x[c] = in[3 * pixel + c];
    }
#pragma unroll
    for (int c = 0; c < 3; c++) {
      u8* at = planar ? out + c * planeStride + pixel * BYTES(type) : out + (3 * pixel + c) * BYTES(type);
      storeValue(at, mixed(w, c, x[c], x[(c + 1) % 3], x[(c + 2) % 3]), type);
    }
  }
}

INLINE void mix(
    uint4* shared, const u8* in, u8* out, const float* weights, u32 groups, u32 pixels, u64 inStride,
    u64 outStride, u64 planeStride, const int type, const int planar) {
  u32 lane = threadIdx.x % LANES;
  u32 warp = threadIdx.x / LANES;
  u32 tiles = (pixels + TILE - 1) / TILE;
  u32 tile = blockIdx.x * WARPS + warp;
  u32 group = tile / tiles;
  if (group >= groups) {
    return;
  }
  u32 first = tile % tiles * TILE;
  Weights w = weightsOf(weights, group);
  in += group * inStride + (u64)first * 3;
  out += group * outStride + (u64)first * (planar ? 1 : 3) * BYTES(type);
  int aligned = (((u64)in | (u64)out | (planar ? planeStride : 0)) & 15) == 0;
  if (aligned && pixels - first >= TILE) {
    uint4* own = shared + warp * CHUNKS(type, planar);
    wholeTile(in, out, planeStride, &w, own, lane, type, planar);
  } else {
    u32 here = pixels - first < TILE ? pixels - first : TILE;
    anyTile(in, out, here, planeStride, &w, lane, type, planar);
  }
}

#define SWAPMIX(NAME, TYPE, PLANAR)                                                            \
  KERNEL NAME(                                                                                 \
      const u8* in, u8* out, const float* weights, u32 groups, u32 pixels, u64 inStride,       \
      u64 outStride, u64 planeStride) {                                                        \
    __shared__ uint4 shared[WARPS * CHUNKS(TYPE, PLANAR)];                                     \
    mix(                                                                                       \
        shared, in, out, weights, groups, pixels, inStride, outStride, planeStride, TYPE, PLANAR); \
  }

SWAPMIX(swapmix_interleaved_u8, AS_U8, 0)
SWAPMIX(swapmix_interleaved_f16, AS_F16, 0)
SWAPMIX(swapmix_interleaved_bf16, AS_BF16, 0)
SWAPMIX(swapmix_interleaved_f32, AS_F32, 0)
SWAPMIX(swapmix_planar_f16, AS_F16, 1)
SWAPMIX(swapmix_planar_bf16, AS_BF16, 1)
SWAPMIX(swapmix_planar_f32, AS_F32, 1)

#include "crop.cu"
