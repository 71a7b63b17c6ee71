package io.pairstream.producer.load;

import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.DType;
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
/// @param frames [N,T,H,W,3] with a place for every clip
/// @param videos in the plan's order, each with its clips
@SuppressWarnings("ArrayRecordComponent") // private to this package and never compared
record BatchAssembly(
    BatchPlan plan, ClipFormat format, byte[] frames, List<Future<LoadedClip>> videos) {

  /// Waits for the videos and closes the gaps that unusable ones leave.
  ///
  /// @throws ExecutionException with what ended a video's thread
  LoadedBatch finish() throws InterruptedException, ExecutionException {
    int repeats = format.clipsPerVideo(plan.use());
    int bytesPerVideo = repeats * (int) format.bytesPerClip();
    List<LoadedBatch.Flaw> unusable = new ArrayList<>();
    List<LoadedBatch.Flaw> damaged = new ArrayList<>();
    List<String> clipIds = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    List<Integer> frameIndex = new ArrayList<>();
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
          Collections.nCopies(repeats, clip.frameIndex()).forEach(frameIndex::addAll);
        }
      }
    }
    Optional<ClipBatch> batch =
        clipIds.isEmpty() ? Optional.empty() : Optional.of(batch(clipIds, labels, frameIndex));
    return new LoadedBatch(plan, batch, unusable, damaged);
  }

  private ClipBatch batch(List<String> clipIds, List<Integer> labels, List<Integer> frameIndex) {
    int n = clipIds.size();
    MemorySegment used = MemorySegment.ofArray(frames).asSlice(0, n * format.bytesPerClip());
    return new ClipBatch(
        plan.id(),
        new Tensor(DType.U8, format.shape(n), used),
        Tensor.ofLongs(Shape.of(n), toLongs(labels)),
        Tensor.ofLongs(Shape.of(n, format.frames()), toLongs(frameIndex)),
        clipIds,
        new ClipBatch.Lineage(Version.current(), format.samplingText()));
  }

  private static long[] toLongs(List<Integer> values) {
    return values.stream().mapToLong(Integer::longValue).toArray();
  }
}
