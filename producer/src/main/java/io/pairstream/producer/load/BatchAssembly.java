package io.pairstream.producer.load;

import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.DType;
import io.pairstream.clip.FrameBatch;
import io.pairstream.clip.SentBatch;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.ops.Version;
import io.pairstream.producer.dataset.Sample;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/// A batch whose videos are being decoded: each writes its own slice of the frames.
///
/// @param frames [N,T,H,W,3] with a place for every clip; uncropped ones each in as much room as
///   the largest may take
/// @param videos in the plan's order, each with its clips
@SuppressWarnings("ArrayRecordComponent") // private to this package and never compared
record BatchAssembly(
    BatchPlan plan, ClipFormat format, byte[] frames, List<Future<LoadedClip>> videos) {

  /// Waits for the videos and closes the gaps that unusable ones leave.
  ///
  /// @throws ExecutionException with what ended a video's thread
  LoadedBatch finish() throws InterruptedException, ExecutionException {
    int repeats = format.clipsPerVideo(plan.use());
    int bytesPerVideo = repeats * (int) format.roomPerClip(plan.use());
    List<LoadedBatch.Flaw> unusable = new ArrayList<>();
    List<LoadedBatch.Flaw> damaged = new ArrayList<>();
    List<String> clipIds = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    List<Integer> frameIndex = new ArrayList<>();
    UncroppedFrames uncropped = new UncroppedFrames(format.frames());
    for (int i = 0; i < videos.size(); i++) {
      Sample sample = plan.samples().get(i);
      switch (videos.get(i).get()) {
        case LoadedClip.Unusable clip -> unusable.add(new LoadedBatch.Flaw(sample, clip.cause()));
        case LoadedClip.Loaded clip -> {
          clip.damage().ifPresent(cause -> damaged.add(new LoadedBatch.Flaw(sample, cause)));
          int place = clipIds.size() / repeats;
          if (place < i) {
            System.arraycopy(
                frames, i * bytesPerVideo, frames, place * bytesPerVideo, bytesPerVideo);
          }
          clipIds.addAll(Collections.nCopies(repeats, sample.clipId()));
          labels.addAll(Collections.nCopies(repeats, sample.label()));
          for (int clipOfVideo = 0; clipOfVideo < repeats; clipOfVideo++) {
            frameIndex.addAll(clip.frameIndex());
            uncropped.add(i * repeats + clipOfVideo, clip.written());
          }
        }
      }
    }
    if (clipIds.isEmpty()) {
      return new LoadedBatch(plan, Optional.empty(), unusable, damaged);
    }
    int n = clipIds.size();
    Tensor label = Tensor.ofLongs(Shape.of(n), toLongs(labels));
    Tensor index = Tensor.ofLongs(Shape.of(n, format.frames()), toLongs(frameIndex));
    ClipBatch.Lineage lineage = new ClipBatch.Lineage(Version.current(), format.samplingText());
    SentBatch batch =
        format.uncropped(plan.use()).isPresent()
            ? new FrameBatch(
                plan.id(),
                uncropped.packed(frames, (int) format.roomPerFrame(plan.use())),
                label,
                index,
                clipIds,
                lineage)
            : new ClipBatch(plan.id(), cropped(n), label, index, clipIds, lineage);
    return new LoadedBatch(plan, Optional.of(batch), unusable, damaged);
  }

  private Tensor cropped(int n) {
    MemorySegment used = MemorySegment.ofArray(frames).asSlice(0, n * format.bytesPerClip());
    return new Tensor(DType.U8, format.shape(n), used);
  }

  private static long[] toLongs(List<Integer> values) {
    return values.stream().mapToLong(Integer::longValue).toArray();
  }
}
