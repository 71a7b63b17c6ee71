#pragma once

// What the fake driver keeps: memory, streams with the work that was given to them, counts, and what is
// to fail.
#define DEVICE_BIT (1ull << 62)
#define GUARD 64
#define GUARD_BYTE 0xA5
#define MOST 4096

typedef struct {
  u8* at;
  size_t bytes;
  int pinned;
} Allocation;

typedef enum { COPY, LAUNCH, RECORD, USER, CROP } Kind;

struct UserLaunch;
static void user_run(struct UserLaunch* launch);

struct CropLaunch;
static void crop_run(struct CropLaunch* launch);
static int crop_awaits(const struct CropLaunch* launch, const Allocation* a);

typedef struct Work {
  struct Work* next;
  Kind kind;
  u8 *to, *from;
  size_t bytes;
  Launch launch;
  struct UserLaunch* user;
  struct CropLaunch* crop;
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
      if (w->kind == CROP && crop_awaits(w->crop, a)) {
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
    } else if (work->kind == USER) {
      user_run(work->user);
    } else if (work->kind == CROP) {
      crop_run(work->crop);
    }
    stream->first = work->next;
    free(work);
  }
}
