// A CUDA driver without a GPU, for tests: the driver functions that the augmenter calls, with the
// kernel's own source run by the processor.
//
// Stricter than a driver where it can be. Work given to a stream is done only when somebody waits for
// that stream, so that whoever reads a result too early or reuses a buffer too soon gets wrong bytes.
// Device addresses are no host addresses. Every access is checked against its allocation, and memory
// before and behind each is looked at when it is freed. fake_fail makes a function fail; fake_count
// tells what is alive.

#define _GNU_SOURCE
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

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

// The driver.
#define DEVICE_BIT (1ull << 62)
#define GUARD 64
#define GUARD_BYTE 0xA5
#define MOST 4096

typedef struct {
  u8* at;
  size_t bytes;
  int pinned;
} Allocation;

typedef enum { COPY, LAUNCH, RECORD } Kind;

typedef struct Work {
  struct Work* next;
  Kind kind;
  u8 *to, *from;
  size_t bytes;
  Launch launch;
} Work;

typedef struct {
  int alive;
  Work *first, *last;
} Stream;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static Allocation allocations[MOST];
static Stream streams[MOST];
static int stream_count, live_streams, live_modules, contexts, live_events, launches, violations;
static int busiest;
static size_t device_bytes, device_peak, pinned_bytes;
static char fail_function[64];
static int fail_countdown, fail_code, fail_forever, lost;
static __thread int current;

static int failing(const char* function) {
  if (lost) {
    return lost;
  }
  if (fail_code != 0 && strcmp(fail_function, function) == 0 && --fail_countdown == 0) {
    int code = fail_code;
    fail_code = 0;
    if (fail_forever) {
      lost = code;
    }
    return code;
  }
  return 0;
}

#define ENTER(FUNCTION, NEEDS_CONTEXT)               \
  pthread_mutex_lock(&mutex);                        \
  int code = failing(FUNCTION);                      \
  if (code == 0 && (NEEDS_CONTEXT) && !current) {    \
    code = 201;                                      \
  }                                                  \
  if (code != 0) {                                   \
    pthread_mutex_unlock(&mutex);                    \
    return code;                                     \
  }

#define LEAVE(CODE)               \
  do {                            \
    int result = (CODE);          \
    pthread_mutex_unlock(&mutex); \
    return result;                \
  } while (0)

void fake_fail(const char* function, int nth, int code, int forever) {
  pthread_mutex_lock(&mutex);
  snprintf(fail_function, sizeof fail_function, "%s", function);
  fail_countdown = nth;
  fail_code = code;
  fail_forever = forever;
  lost = 0;
  pthread_mutex_unlock(&mutex);
}

long fake_count(const char* what) {
  pthread_mutex_lock(&mutex);
  long n = -1;
  if (!strcmp(what, "allocations")) {
    n = 0;
    for (int i = 0; i < MOST; i++) {
      n += allocations[i].at != NULL;
    }
  } else if (!strcmp(what, "streams")) {
    n = live_streams;
  } else if (!strcmp(what, "events")) {
    n = live_events;
  } else if (!strcmp(what, "modules")) {
    n = live_modules;
  } else if (!strcmp(what, "contexts")) {
    n = contexts;
  } else if (!strcmp(what, "launches")) {
    n = launches;
  } else if (!strcmp(what, "violations")) {
    n = violations + misaligned;
  } else if (!strcmp(what, "busiest")) {
    n = busiest;
  } else if (!strcmp(what, "peak")) {
    n = (long)device_peak;
  }
  pthread_mutex_unlock(&mutex);
  return n;
}

void fake_reset_marks(void) {
  pthread_mutex_lock(&mutex);
  busiest = launches = violations = misaligned = 0;
  device_peak = device_bytes;
  pthread_mutex_unlock(&mutex);
}

void fake_forget(void) {
  pthread_mutex_lock(&mutex);
  memset(allocations, 0, sizeof allocations);
  memset(streams, 0, sizeof streams);
  stream_count = live_streams = live_modules = contexts = live_events = 0;
  device_bytes = pinned_bytes = 0;
  fail_code = lost = 0;
  pthread_mutex_unlock(&mutex);
}

static u8* inside(u64 address, size_t bytes, int pinned) {
  u8* at = (u8*)(pinned ? address : address & ~DEVICE_BIT);
  if (!pinned && !(address & DEVICE_BIT)) {
    violations++;
    return NULL;
  }
  for (int i = 0; i < MOST; i++) {
    Allocation* a = &allocations[i];
    if (a->at != NULL && a->pinned == pinned && at >= a->at && at + bytes <= a->at + a->bytes) {
      return at;
    }
  }
  violations++;
  return NULL;
}

static u8* allocate(size_t bytes, int pinned) {
  for (int i = 0; i < MOST; i++) {
    if (allocations[i].at == NULL) {
      u8* all = aligned_alloc(256, (bytes + 256 + GUARD + 255) / 256 * 256);
      memset(all, GUARD_BYTE, bytes + 256 + GUARD);
      allocations[i] = (Allocation){all + 256, bytes, pinned};
      *(pinned ? &pinned_bytes : &device_bytes) += bytes;
      device_peak = device_bytes > device_peak ? device_bytes : device_peak;
      return all + 256;
    }
  }
  abort();
}

static int within(const Allocation* a, u64 at) {
  return at >= (u64)(uintptr_t)a->at && at < (u64)(uintptr_t)a->at + a->bytes;
}

// Whether work that is not done yet needs it.
static int awaited(const Allocation* a) {
  for (int i = 0; i < stream_count; i++) {
    for (const Work* w = streams[i].first; w != NULL; w = w->next) {
      if (w->kind == COPY && (within(a, (u64)(uintptr_t)w->to) || within(a, (u64)(uintptr_t)w->from))) {
        return 1;
      }
      if (w->kind == LAUNCH
          && (within(a, w->launch.in) || within(a, w->launch.out) || within(a, w->launch.weights))) {
        return 1;
      }
    }
  }
  return 0;
}

static int release(u8* at, int pinned) {
  for (int i = 0; i < MOST; i++) {
    Allocation* a = &allocations[i];
    if (a->at == at && a->pinned == pinned) {
      violations += awaited(a);
      for (size_t g = 1; g <= GUARD; g++) {
        violations += at[-(long)g] != GUARD_BYTE || at[a->bytes + g - 1] != GUARD_BYTE;
      }
      *(pinned ? &pinned_bytes : &device_bytes) -= a->bytes;
      free(at - 256);
      a->at = NULL;
      return 0;
    }
  }
  violations++;
  return 1;
}

static Stream* stream_of(void* handle) {
  uintptr_t n = (uintptr_t)handle - 0x1000;
  return n < (uintptr_t)stream_count && streams[n].alive ? &streams[n] : NULL;
}

static int append(void* handle, Work work) {
  Stream* stream = stream_of(handle);
  if (stream == NULL) {
    return 400;
  }
  Work* made = malloc(sizeof work);
  *made = work;
  made->next = NULL;
  if (stream->first == NULL) {
    stream->first = made;
  } else {
    stream->last->next = made;
  }
  stream->last = made;
  int busy = 0;
  for (int i = 0; i < stream_count; i++) {
    busy += streams[i].alive && streams[i].first != NULL;
  }
  busiest = busy > busiest ? busy : busiest;
  return 0;
}

static void drain(Stream* stream) {
  while (stream->first != NULL) {
    Work* work = stream->first;
    if (work->kind == COPY) {
      memcpy(work->to, work->from, work->bytes);
    } else if (work->kind == LAUNCH) {
      running = work->launch;
      for (u32 b = 0; b < running.blocks; b++) {
        for (u32 w = 0; w < BLOCK_THREADS / 32; w++) {
          run_warp(b, w);
        }
      }
    }
    stream->first = work->next;
    free(work);
  }
}

int cuInit(unsigned flags) {
  ENTER("cuInit", 0);
  LEAVE(0);
}

int cuDriverGetVersion(int* version) {
  *version = 13000;
  return 0;
}

int cuDeviceGetCount(int* count) {
  ENTER("cuDeviceGetCount", 0);
  *count = 1;
  LEAVE(0);
}

int cuDeviceGet(int* device, int ordinal) {
  ENTER("cuDeviceGet", 0);
  *device = ordinal;
  LEAVE(ordinal == 0 ? 0 : 101);
}

int cuDeviceGetName(char* name, int bytes, int device) {
  snprintf(name, (size_t)bytes, "Fake GPU");
  return 0;
}

int cuDeviceGetAttribute(int* value, int attribute, int device) {
  *value = attribute == 75 ? 9 : 0;
  return 0;
}

int cuDeviceTotalMem_v2(size_t* bytes, int device) {
  *bytes = 1ull << 30;
  return 0;
}

int cuMemGetInfo_v2(size_t* available, size_t* total) {
  ENTER("cuMemGetInfo", 1);
  *total = 1ull << 30;
  *available = *total - device_bytes;
  LEAVE(0);
}

int cuDevicePrimaryCtxSetFlags_v2(int device, unsigned flags) { return 0; }

int cuDevicePrimaryCtxRetain(void** context, int device) {
  ENTER("cuDevicePrimaryCtxRetain", 0);
  contexts++;
  *context = (void*)0x11;
  LEAVE(0);
}

int cuDevicePrimaryCtxRelease_v2(int device) {
  pthread_mutex_lock(&mutex);
  contexts--;
  LEAVE(lost);
}

int cuCtxSetCurrent(void* context) {
  ENTER("cuCtxSetCurrent", 0);
  current = context == (void*)0x11;
  LEAVE(current || context == NULL ? 0 : 201);
}

int cuModuleLoadData(void** module, const void* image) {
  ENTER("cuModuleLoadData", 1);
  live_modules++;
  *module = (void*)0x22;
  LEAVE(strstr(image, ".entry swapmix_interleaved_u8") != NULL ? 0 : 218);
}

int cuModuleUnload(void* module) {
  ENTER("cuModuleUnload", 1);
  live_modules--;
  LEAVE(module == (void*)0x22 ? 0 : 400);
}

int cuModuleGetFunction(void** function, void* module, const char* name) {
  ENTER("cuModuleGetFunction", 1);
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    if (!strcmp(functions[i].name, name)) {
      *function = &functions[i];
      LEAVE(module == (void*)0x22 ? 0 : 400);
    }
  }
  LEAVE(500);
}

int cuStreamCreate(void** stream, unsigned flags) {
  ENTER("cuStreamCreate", 1);
  int n = 0;
  while (n < stream_count && streams[n].alive) {
    n++;
  }
  stream_count += n == stream_count;
  streams[n] = (Stream){1, NULL, NULL};
  live_streams++;
  *stream = (void*)(uintptr_t)(0x1000 + n);
  LEAVE(flags == 1 ? 0 : 1);
}

int cuStreamSynchronize(void* handle) {
  ENTER("cuStreamSynchronize", 1);
  Stream* stream = stream_of(handle);
  if (stream == NULL) {
    LEAVE(400);
  }
  drain(stream);
  LEAVE(0);
}

int cuStreamDestroy_v2(void* handle) {
  ENTER("cuStreamDestroy", 1);
  Stream* stream = stream_of(handle);
  if (stream == NULL) {
    LEAVE(400);
  }
  violations += stream->first != NULL;
  drain(stream);
  stream->alive = 0;
  live_streams--;
  LEAVE(0);
}

int cuEventCreate(void** event, unsigned flags) {
  ENTER("cuEventCreate", 1);
  live_events++;
  *event = (void*)0x33;
  LEAVE(0);
}

int cuEventRecord(void* event, void* stream) {
  ENTER("cuEventRecord", 1);
  LEAVE(append(stream, (Work){.kind = RECORD}));
}

int cuEventSynchronize(void* event) {
  ENTER("cuEventSynchronize", 1);
  for (int i = 0; i < stream_count; i++) {
    drain(&streams[i]);
  }
  LEAVE(0);
}

int cuEventElapsedTime_v2(float* millis, void* start, void* end) {
  *millis = 1;
  return 0;
}

int cuEventDestroy_v2(void* event) {
  ENTER("cuEventDestroy", 1);
  live_events--;
  LEAVE(0);
}

int cuMemAlloc_v2(u64* address, size_t bytes) {
  ENTER("cuMemAlloc", 1);
  *address = (u64)(uintptr_t)allocate(bytes, 0) | DEVICE_BIT;
  LEAVE(0);
}

int cuMemFree_v2(u64 address) {
  ENTER("cuMemFree", 1);
  LEAVE(release((u8*)(uintptr_t)(address & ~DEVICE_BIT), 0));
}

int cuMemHostAlloc(void** at, size_t bytes, unsigned flags) {
  ENTER("cuMemHostAlloc", 1);
  *at = allocate(bytes, 1);
  LEAVE(0);
}

int cuMemFreeHost(void* at) {
  ENTER("cuMemFreeHost", 1);
  LEAVE(release(at, 1));
}

static int copy(void* stream, u8* to, u8* from, size_t bytes) {
  return to == NULL || from == NULL
      ? 1
      : append(stream, (Work){.kind = COPY, .to = to, .from = from, .bytes = bytes});
}

int cuMemcpyHtoDAsync_v2(u64 to, const void* from, size_t bytes, void* stream) {
  ENTER("cuMemcpyHtoDAsync", 1);
  LEAVE(copy(stream, inside(to, bytes, 0), inside((u64)(uintptr_t)from, bytes, 1), bytes));
}

int cuMemcpyDtoHAsync_v2(void* to, u64 from, size_t bytes, void* stream) {
  ENTER("cuMemcpyDtoHAsync", 1);
  LEAVE(copy(stream, inside((u64)(uintptr_t)to, bytes, 1), inside(from, bytes, 0), bytes));
}

int cuMemcpyDtoDAsync_v2(u64 to, u64 from, size_t bytes, void* stream) {
  ENTER("cuMemcpyDtoDAsync", 1);
  LEAVE(copy(stream, inside(to, bytes, 0), inside(from, bytes, 0), bytes));
}

int cuLaunchKernel(
    void* function, u32 gx, u32 gy, u32 gz, u32 bx, u32 by, u32 bz, u32 shared, void* stream, void** args,
    void** extra) {
  ENTER("cuLaunchKernel", 1);
  launches++;
  Function* f = function;
  Launch launch = {
      f, gx, *(u32*)args[3], *(u32*)args[4], *(u64*)args[0], *(u64*)args[1], *(u64*)args[2],
      *(u64*)args[5], *(u64*)args[6], *(u64*)args[7]};
  u64 last = launch.groups - 1, plane = (u64)launch.pixels * (u64)f->bytes;
  launch.in = (u64)(uintptr_t)inside(launch.in, last * launch.inStride + launch.pixels * 3ull, 0);
  launch.out = (u64)(uintptr_t)inside(
      launch.out, last * launch.outStride + (f->planar ? 2 * launch.planeStride + plane : 3 * plane), 0);
  launch.weights = (u64)(uintptr_t)inside(launch.weights, launch.groups * 64ull, 0);
  int wrong = bx != BLOCK_THREADS || (by | bz | gy | gz) != 1 || shared != 0 || extra != NULL
      || (u64)gx * BLOCK_THREADS * 16 < (u64)launch.groups * launch.pixels;
  violations += wrong;
  if (wrong || !launch.in || !launch.out || !launch.weights) {
    LEAVE(1);
  }
  LEAVE(append(stream, (Work){.kind = LAUNCH, .launch = launch}));
}

int cuGetErrorName(int code, const char** name) {
  *name = code == 2     ? "CUDA_ERROR_OUT_OF_MEMORY"
      : code == 719     ? "CUDA_ERROR_LAUNCH_FAILED"
      : code == 46      ? "CUDA_ERROR_DEVICE_UNAVAILABLE"
      : code == 1       ? "CUDA_ERROR_INVALID_VALUE"
                        : "CUDA_ERROR_UNKNOWN";
  return 0;
}
