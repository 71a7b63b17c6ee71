#pragma once

// Modules with the function of a CUDA source file. The driver takes PTX; the fake finds the same source,
// compiled for the processor, by the comment at the PTX's end. fake_user names one.
#include <dlfcn.h>

#define MOST_USERS 64

typedef void (*UserKernel)(
    u32, u32, const u8*, u8*, int, int, int, int, const u64*, const float*);

typedef struct {
  char mark[160];
  UserKernel kernel;
} User;

typedef struct UserLaunch {
  UserKernel kernel;
  u32 blocks, threads;
  const u8* in;
  u8* out;
  int shape[4];
  const u64* seeds;
  const float* parameters;
} UserLaunch;

static User users[MOST_USERS];
static int user_count;

// Binds every later module whose text contains the mark to a library with run_user_kernel.
void fake_user(const char* mark, const char* library) {
  void* handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  User* user = &users[user_count++];
  snprintf(user->mark, sizeof user->mark, "%s", mark);
  user->kernel = (UserKernel)dlsym(handle, "run_user_kernel");
}

static User* user_of_image(const char* image) {
  for (int i = 0; i < user_count; i++) {
    if (strstr(image, users[i].mark) != NULL) {
      return &users[i];
    }
  }
  return NULL;
}

// Whether a module's or function's handle is a user's.
static User* user_of(void* handle) {
  User* user = handle;
  return user >= users && user < users + user_count ? user : NULL;
}

static int user_launch(User* user, u32 blocks, u32 threads, int wrong, void* stream, void** args) {
  u64 in = *(u64*)args[0], out = *(u64*)args[1], seeds = *(u64*)args[6], parameters = *(u64*)args[7];
  UserLaunch launch = {.kernel = user->kernel, .blocks = blocks, .threads = threads};
  size_t bytes = 3;
  for (int i = 0; i < 4; i++) {
    launch.shape[i] = *(int*)args[2 + i];
    bytes *= (size_t)launch.shape[i];
  }
  launch.in = inside(in, bytes, 0);
  launch.out = inside(out, bytes, 0);
  launch.seeds = (const u64*)inside(seeds, (size_t)launch.shape[0] * 8, 0);
  launch.parameters = (const float*)inside(parameters, 0, 0);
  wrong |= threads != 256 || blocks > 4096 || ((in | out | seeds | parameters) & 3) != 0 || (seeds & 7) != 0;
  violations += wrong;
  if (wrong || !launch.in || !launch.out || !launch.seeds || !launch.parameters) {
    return 1;
  }
  UserLaunch* kept = malloc(sizeof launch);
  *kept = launch;
  return append(stream, (Work){.kind = USER, .user = kept});
}

static void user_run(UserLaunch* l) {
  l->kernel(
      l->blocks, l->threads, l->in, l->out, l->shape[0], l->shape[1], l->shape[2], l->shape[3], l->seeds,
      l->parameters);
  free(l);
}

// NVRTC asks the driver of its process for private functions, and does without where it is refused;
// it does not expect a driver that lacks the question.
int cuGetExportTable(const void** table, const void* id) {
  *table = NULL;
  return 500;
}
