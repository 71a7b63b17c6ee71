// Warmer and brighter: each clip's red is raised and its blue lowered by a drawn share of `most`
// levels, and all channels are multiplied by `gain`.
//
//     ./pairstream run --device cuda --augmentation 'cuda:examples/cuda/warm.cu(most=30)+swapmix' …
//
// pairstream: parameters most=60, gain=1

static __device__ unsigned char toByte(float y) {
  return (unsigned char)rintf(fminf(fmaxf(y, 0.0f), 255.0f));
}

extern "C" __global__ void augment(
    const unsigned char* in,          // [clips, frames, height, width, 3] RGB
    unsigned char* out,               // the same shape; holds the same bytes at first
    int clips, int frames, int height, int width,
    const unsigned long long* seeds,  // [clips]: 64 random bits for each clip
    const float* parameters) {        // in the order of the line above: most, gain
  long long pixelsOfClip = (long long)frames * height * width;
  long long pixels = clips * pixelsOfClip;
  long long step = (long long)gridDim.x * blockDim.x;
  for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < pixels; i += step) {
    // The upper 24 bits of the clip's seed are a number in [0,1).
    float share = (float)(seeds[i / pixelsOfClip] >> 40) / 16777216.0f;
    float shift = share * parameters[0];
    float gain = parameters[1];
    out[3 * i] = toByte(in[3 * i] * gain + shift);
    out[3 * i + 1] = toByte(in[3 * i + 1] * gain);
    out[3 * i + 2] = toByte(in[3 * i + 2] * gain - shift);
  }
}
