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

#include "kernel_on_cpu.h"

#include "fake_device.h"

#include "fake_user.h"

#include "fake_crop.h"

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
  User* user = user_of_image(image);
  if (user != NULL) {
    *module = user;
    LEAVE(0);
  }
  *module = (void*)0x22;
  LEAVE(strstr(image, ".entry swapmix_interleaved_u8") != NULL ? 0 : 218);
}

int cuModuleUnload(void* module) {
  ENTER("cuModuleUnload", 1);
  live_modules--;
  LEAVE(module == (void*)0x22 || user_of(module) ? 0 : 400);
}

int cuModuleGetFunction(void** function, void* module, const char* name) {
  ENTER("cuModuleGetFunction", 1);
  if (user_of(module) != NULL) {
    *function = module;
    LEAVE(strcmp(name, "augment") ? 500 : 0);
  }
  if (crop_named(name) != NULL) {
    *function = crop_named(name);
    LEAVE(module == (void*)0x22 ? 0 : 400);
  }
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
  int odd = (by | bz | gy | gz) != 1 || shared != 0 || extra != NULL;
  if (crop_of(function) != NULL) {
    LEAVE(crop_launch(function, gx, bx, odd, stream, args));
  }
  if (user_of(function) != NULL) {
    LEAVE(user_launch(function, gx, bx, odd, stream, args));
  }
  Function* f = function;
  Launch launch = {
      f, gx, *(u32*)args[3], *(u32*)args[4], *(u64*)args[0], *(u64*)args[1], *(u64*)args[2],
      *(u64*)args[5], *(u64*)args[6], *(u64*)args[7]};
  u64 last = launch.groups - 1, plane = (u64)launch.pixels * (u64)f->bytes;
  launch.in = (u64)(uintptr_t)inside(launch.in, last * launch.inStride + launch.pixels * 3ull, 0);
  launch.out = (u64)(uintptr_t)inside(
      launch.out, last * launch.outStride + (f->planar ? 2 * launch.planeStride + plane : 3 * plane), 0);
  launch.weights = (u64)(uintptr_t)inside(launch.weights, launch.groups * 64ull, 0);
  int wrong = bx != BLOCK_THREADS || odd
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
      : code == 700     ? "CUDA_ERROR_ILLEGAL_ADDRESS"
      : code == 222     ? "CUDA_ERROR_UNSUPPORTED_PTX_VERSION"
      : code == 46      ? "CUDA_ERROR_DEVICE_UNAVAILABLE"
      : code == 1       ? "CUDA_ERROR_INVALID_VALUE"
                        : "CUDA_ERROR_UNKNOWN";
  return 0;
}
