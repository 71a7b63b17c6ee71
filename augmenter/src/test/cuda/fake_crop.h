#pragma once

// The functions of crop.cu: two launches that are given the same structure. Threads come one after the
// other, the last one first.
typedef struct {
  const char* name;
  void (*kernel)(const Crop);
  int rows, mixed;
} CropFunction;

typedef struct CropLaunch {
  CropFunction* function;
  u32 blocks;
  Crop crop;
} CropLaunch;

static CropFunction crops[] = {
    {"crop_rows", crop_rows, 1, 0},
    {"crop_columns", crop_columns, 0, 0},
    {"crop_columns_u8", crop_columns_u8, 0, 1},
    {"crop_columns_f16", crop_columns_f16, 0, 2},
    {"crop_columns_bf16", crop_columns_bf16, 0, 2},
    {"crop_columns_f32", crop_columns_f32, 0, 4},
};

static CropFunction* crop_named(const char* name) {
  for (size_t i = 0; i < sizeof crops / sizeof *crops; i++) {
    if (!strcmp(crops[i].name, name)) {
      return &crops[i];
    }
  }
  return NULL;
}

// Whether a function's handle is one of these.
static CropFunction* crop_of(void* handle) {
  CropFunction* function = handle;
  return function >= crops && function < crops + sizeof crops / sizeof *crops ? function : NULL;
}

// A host address for a device's, or a mark where it is not.
static void* crop_at(const void* device, u64 bytes, u64 alignment, int* wrong) {
  void* at = inside((u64)(uintptr_t)device, bytes, 0);
  *wrong |= at == NULL || ((u64)(uintptr_t)device & (alignment - 1)) != 0;
  return at;
}

static int crop_launch(CropFunction* f, u32 blocks, u32 threads, int wrong, void* stream, void** args) {
  CropLaunch launch = {.function = f, .blocks = blocks, .crop = *(Crop*)args[0]};
  Crop* c = &launch.crop;
  u64 narrowed = c->count * c->rows * c->width, cropped = c->count * c->height * c->width;
  c->narrowed = crop_at(c->narrowed, narrowed * 3, 1, &wrong);
  if (f->rows) {
    c->frames = crop_at(c->frames, c->count * c->rows * c->columns * 3, 1, &wrong);
    c->across = crop_at(c->across, c->width * (2 + c->acrossTaps) * 4, 4, &wrong);
  } else {
    c->cropped = crop_at(c->cropped, cropped * 3, 1, &wrong);
    c->down = crop_at(c->down, c->height * (2 + c->downTaps) * 4, 4, &wrong);
  }
  if (f->mixed) {
    c->augmented = crop_at(c->augmented, cropped * 3 * (u64)f->mixed, (u64)f->mixed, &wrong);
    c->weights = crop_at(c->weights, 64, 4, &wrong);
  }
  wrong |= threads != BLOCK_THREADS || (u64)blocks * threads < (f->rows ? narrowed : cropped);
  violations += wrong;
  if (wrong) {
    return 1;
  }
  CropLaunch* kept = malloc(sizeof launch);
  *kept = launch;
  return append(stream, (Work){.kind = CROP, .crop = kept});
}

static int crop_awaits(const CropLaunch* l, const Allocation* a) {
  const Crop* c = &l->crop;
  const void* all[] = {
      c->narrowed, l->function->rows ? (const void*)c->frames : c->cropped,
      l->function->rows ? c->across : c->down};
  int found = 0;
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
    found |= within(a, (u64)(uintptr_t)all[i]);
  }
  return found;
}

// No output may reach beyond its inputs, or weigh more of them than it has weights for.
static void crop_check(const int* table, u64 outputs, u64 taps, u64 inputs) {
  for (u64 i = 0; i < outputs; i++) {
    int first = table[i], count = table[outputs + i];
    violations += first < 0 || count < 0 || (u64)count > taps || (u64)first + (u64)count > inputs;
  }
}

static void crop_run(CropLaunch* l) {
  const Crop* c = &l->crop;
  if (l->function->rows) {
    crop_check(c->across, c->width, c->acrossTaps, c->columns);
  } else {
    crop_check(c->down, c->height, c->downTaps, c->rows);
  }
  for (u32 b = l->blocks; b-- > 0;) {
    blockIdx.x = b;
    for (u32 t = BLOCK_THREADS; t-- > 0;) {
      threadIdx.x = t;
      l->function->kernel(*c);
    }
  }
  free(l);
}
