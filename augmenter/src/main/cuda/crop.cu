// The crop of frames, as io.pairstream.crop.FrameResizer specifies it, and SwapMix of what comes out of
// it. The end of swapmix.cu, which includes this file.
//
// The tables are FrameResizer's, mirrored where the view is, and the rest is sums of integers: the bytes
// follow from the tables alone. Table of an axis: of each output the first input, of each output how
// many, of each output `taps` weights with 22 fractional bits.
//
// Two launches. crop_rows brings the rows of frames to the clip's width, rounded to bytes, which stay on
// the GPU; crop_columns makes each pixel of the clip of the rows above each other, and mixes it where it
// is still in registers. One launch would have to keep the rows that a block needs in shared memory, and
// how many it needs has no bound: a large frame becomes a small clip. What bounds both is the copy of
// frames and clips over PCIe, so a thread makes one pixel, with accesses as wide as a byte.

typedef struct {
  const u8* frames;      // U8 [count, rows, columns, 3]
  u8* narrowed;          // U8 [count, rows, width, 3]
  u8* cropped;           // U8 [count, height, width, 3]
  u8* augmented;         // [count, height, width, 3], unused where nothing is mixed
  const int* across;     // table of the `width` outputs of a row
  const int* down;       // table of the `height` outputs of a column
  const float* weights;  // of one group, as above
  u64 count, rows, columns, height, width, acrossTaps, downTaps;
} Crop;

#define FRACTION_BITS 22

// One pixel, of inputs that lie `step` bytes apart.
INLINE void filtered(
    const u8* in, u64 step, const int* table, u32 outputs, u32 taps, u32 output, int* pixel) {
  int count = __ldg(table + outputs + output);
  const int* weights = table + 2 * (u64)outputs + (u64)output * taps;
  in += (u64)__ldg(table + output) * step;
  for (int c = 0; c < 3; c++) {
    pixel[c] = 1 << (FRACTION_BITS - 1);
  }
  for (int k = 0; k < count; k++) {
    int weight = __ldg(weights + k);
    for (int c = 0; c < 3; c++) {
      pixel[c] += __ldg(in + c) * weight;
    }
    in += step;
  }
  // No weight is negative and they add up to one: nothing can leave 0 to 255 but by rounding.
  for (int c = 0; c < 3; c++) {
    pixel[c] >>= FRACTION_BITS;
    pixel[c] = pixel[c] > 255 ? 255 : pixel[c];
  }
}

KERNEL crop_rows(const Crop crop) {
  u32 at = blockIdx.x * BLOCK_THREADS + threadIdx.x;
  u32 width = (u32)crop.width;
  u32 row = at / width;
  if (row >= crop.count * crop.rows) {
    return;
  }
  int pixel[3];
  const u8* in = crop.frames + row * crop.columns * 3;
  filtered(in, 3, crop.across, width, (u32)crop.acrossTaps, at % width, pixel);
  for (int c = 0; c < 3; c++) {
    crop.narrowed[3 * (u64)at + c] = (u8)pixel[c];
  }
}

#define UNMIXED (-1)

INLINE void columns(const Crop* crop, const int type) {
  u32 at = blockIdx.x * BLOCK_THREADS + threadIdx.x;
  u32 width = (u32)crop->width;
  u32 height = (u32)crop->height;
  u32 row = at / width;
  u32 frame = row / height;
  if (frame >= crop->count) {
    return;
  }
  int pixel[3];
  const u8* in = crop->narrowed + (frame * crop->rows * width + at % width) * 3;
  filtered(in, 3 * crop->width, crop->down, height, (u32)crop->downTaps, row % height, pixel);
  for (int c = 0; c < 3; c++) {
    crop->cropped[3 * (u64)at + c] = (u8)pixel[c];
  }
  if (type != UNMIXED) {
    Weights w = weightsOf(crop->weights, 0);
#pragma unroll
    for (int c = 0; c < 3; c++) {
      float y = mixed(&w, c, (float)pixel[c], (float)pixel[(c + 1) % 3], (float)pixel[(c + 2) % 3]);
      storeValue(crop->augmented + (3 * (u64)at + c) * BYTES(type), y, type);
    }
  }
}

#define CROP_COLUMNS(NAME, TYPE) \
  KERNEL NAME(const Crop crop) { columns(&crop, TYPE); }

CROP_COLUMNS(crop_columns, UNMIXED)
CROP_COLUMNS(crop_columns_u8, AS_U8)
CROP_COLUMNS(crop_columns_f16, AS_F16)
CROP_COLUMNS(crop_columns_bf16, AS_BF16)
CROP_COLUMNS(crop_columns_f32, AS_F32)
