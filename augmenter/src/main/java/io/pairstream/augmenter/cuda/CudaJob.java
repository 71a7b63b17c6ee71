package io.pairstream.augmenter.cuda;

import io.pairstream.kernel.MixFormat;
import io.pairstream.kernel.MixWeights;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// One batch as the kernel sees it: groups of pixels that share weights and planes, cut into chunks
/// that fit a buffer.
///
/// @param weights of the clips
/// @param format of the result
/// @param groups clips, or frames where planes are per frame
/// @param pixels of a group
/// @param groupsOfClip how many groups share a clip's weights
/// @param in U8 [groups, pixels, 3]
/// @param out the result, [groups, pixels, 3] or [groups, 3, pixels]
record CudaJob(
    MixWeights weights,
    MixFormat format,
    long groups,
    long pixels,
    long groupsOfClip,
    MemorySegment in,
    MemorySegment out) {
  /// The kernel's weights of a group, in bytes.
  static final int WEIGHT_BYTES = 64;

  private static final int CHANNELS = 3;

  /// What the kernel moves at once; chunks of a group are cut between.
  private static final long TILE = 512;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /// A part of a job: whole groups, or a run of pixels of one group.
  ///
  /// @param firstGroup where it begins
  /// @param groups how many
  /// @param firstPixel of each group
  /// @param pixels of each group
  record Chunk(long firstGroup, int groups, long firstPixel, int pixels) {
    /// From one group's first byte to the next one's.
    long inStride() {
      return aligned(pixels * (long) CHANNELS);
    }

    long planeStride(MixFormat format) {
      return aligned(pixels * (long) format.bytes());
    }

    long outStride(MixFormat format) {
      return format.planar()
          ? CHANNELS * planeStride(format)
          : aligned(pixels * (long) CHANNELS * format.bytes());
    }

    /// Where the pixels begin in the buffer; the weights lie before them.
    long pixelsAt() {
      return groups * (long) WEIGHT_BYTES;
    }

    long inBytes() {
      return pixelsAt() + groups * inStride();
    }

    long outBytes(MixFormat format) {
      return groups * outStride(format);
    }
  }

  /// A chunk with the job that it is of.
  private record Part(CudaJob job, Chunk chunk) implements CudaWork {
    @Override
    public long inBytes() {
      return chunk.inBytes();
    }

    @Override
    public long outBytes() {
      return chunk.outBytes(job.format);
    }

    @Override
    public void fill(MemorySegment buffer) {
      job.fill(chunk, buffer);
    }

    @Override
    public void launch(CudaSlot slot, long in, long out) {
      slot.launch(
          job.format,
          new long[] {
            in + chunk.pixelsAt(),
            out,
            in,
            chunk.groups(),
            chunk.pixels(),
            chunk.inStride(),
            chunk.outStride(job.format),
            chunk.planeStride(job.format)
          });
    }

    @Override
    public void collect(MemorySegment buffer) {
      job.collect(chunk, buffer);
    }
  }

  /// To the next multiple of the kernel's accesses.
  static long aligned(long bytes) {
    return (bytes + 15) / 16 * 16;
  }

  /// The work that the job is.
  List<? extends CudaWork> parts() {
    return chunks(CudaLane.partBytes(in.byteSize())).stream()
        .map(chunk -> new Part(this, chunk))
        .toList();
  }

  /// The chunks, in order.
  ///
  /// @param inputBytes about as many bytes of pixels each has
  List<Chunk> chunks(long inputBytes) {
    List<Chunk> chunks = new ArrayList<>();
    long groupBytes = pixels * CHANNELS;
    if (groupBytes <= inputBytes) {
      long most = inputBytes / groupBytes;
      for (long group = 0; group < groups; group += most) {
        chunks.add(new Chunk(group, (int) Math.min(most, groups - group), 0, (int) pixels));
      }
      return chunks;
    }
    long most = Math.max(TILE, inputBytes / CHANNELS / TILE * TILE);
    for (long group = 0; group < groups; group++) {
      for (long pixel = 0; pixel < pixels; pixel += most) {
        chunks.add(new Chunk(group, 1, pixel, (int) Math.min(most, pixels - pixel)));
      }
    }
    return chunks;
  }

  /// Writes a chunk's weights and pixels as the kernel reads them.
  private void fill(Chunk chunk, MemorySegment buffer) {
    for (int i = 0; i < chunk.groups(); i++) {
      long group = chunk.firstGroup() + i;
      fillWeights(weights, (int) (group / groupsOfClip), buffer.asSlice(i * (long) WEIGHT_BYTES));
      MemorySegment.copy(
          in,
          (group * pixels + chunk.firstPixel()) * CHANNELS,
          buffer,
          chunk.pixelsAt() + i * chunk.inStride(),
          chunk.pixels() * (long) CHANNELS);
    }
  }

  /// A clip's weights as swapmix.cu describes them: own, self, next, previous and bias of the three
  /// channels.
  static void fillWeights(MixWeights weights, int clip, MemorySegment at) {
    at.asSlice(0, WEIGHT_BYTES).fill((byte) 0);
    for (int c = 0; c < CHANNELS; c++) {
      int distance = (weights.partner(c) - c + CHANNELS) % CHANNELS;
      at.set(FLOAT, 4L * c, weights.w0(clip, c));
      at.set(FLOAT, 4L * (CHANNELS * (1 + distance) + c), weights.w1(clip, c));
      at.set(FLOAT, 4L * (CHANNELS * 4 + c), weights.w2(clip, c));
    }
  }

  /// Takes a chunk's results from the buffer to where they belong.
  private void collect(Chunk chunk, MemorySegment buffer) {
    int size = format.bytes();
    for (int i = 0; i < chunk.groups(); i++) {
      long group = chunk.firstGroup() + i;
      long from = i * chunk.outStride(format);
      if (format.planar()) {
        for (int c = 0; c < CHANNELS; c++) {
          MemorySegment.copy(
              buffer,
              from + c * chunk.planeStride(format),
              out,
              ((group * CHANNELS + c) * pixels + chunk.firstPixel()) * size,
              chunk.pixels() * (long) size);
        }
      } else {
        MemorySegment.copy(
            buffer,
            from,
            out,
            (group * pixels + chunk.firstPixel()) * CHANNELS * size,
            chunk.pixels() * (long) CHANNELS * size);
      }
    }
  }
}
