package io.pairstream.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.DType;
import io.pairstream.clip.FrameBatch;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.PairRecipe;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class BatchSerdeTest {
  private static final BatchId ID = new BatchId(4, 11);

  @Test
  void aClipBatchSurvivesTheWire() throws Exception {
    ClipBatch want = Batches.clips(ID);
    ClipBatch got = ClipBatchSerde.decode(ClipBatchSerde.encode(want));
    assertThat(got.id()).isEqualTo(ID);
    assertThat(got.clipIds()).isEqualTo(want.clipIds());
    assertThat(got.lineage()).isEqualTo(want.lineage());
    assertThat(got.frames().contentEquals(want.frames())).isTrue();
    assertThat(got.label().toLongs()).containsExactly(7, 1);
    assertThat(got.frameIndex().contentEquals(want.frameIndex())).isTrue();
  }

  @Test
  void framesThatAreStillToBeCroppedSurviveTheWire() throws Exception {
    FrameBatch want = Batches.frames(ID);
    byte[] bytes = SentBatchSerde.encode(want);
    FrameBatch got = (FrameBatch) SentBatchSerde.decode(bytes);
    assertThat(got.id()).isEqualTo(ID);
    assertThat(got.clipIds()).isEqualTo(want.clipIds());
    assertThat(got.lineage()).isEqualTo(want.lineage());
    assertThat(got.frames().pixels().contentEquals(want.frames().pixels())).isTrue();
    assertThat(got.frames().size().toLongs()).containsExactly(5, 7, 7, 5, 3, 2);
    assertThat(got.frames().place().toLongs()).containsExactly(0, 2, 3);
    assertThat(got.label().toLongs()).containsExactly(7, 1, 0);
    assertThat(got.frameIndex().contentEquals(want.frameIndex())).isTrue();
    assertThat(SentBatchSerde.encode(got)).isEqualTo(bytes);
    long header = java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(8 + header + SentBatchSerde.dataBytes(3, 2, 35)).isEqualTo(bytes.length);
    // Who expects clips does not take them for some.
    assertThatThrownBy(() -> ClipBatchSerde.decode(bytes))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageMatching("tensor '(frame_size|place)' is unknown");
  }

  @Test
  void clipsAreWrittenAndReadAsEverAmongWhatProducersSend() throws Exception {
    byte[] bytes = ClipBatchSerde.encode(Batches.clips(ID));
    assertThat(SentBatchSerde.encode(Batches.clips(ID))).isEqualTo(bytes);
    assertThat(SentBatchSerde.decode(bytes)).isInstanceOf(ClipBatch.class);
  }

  @Test
  void framesThatAreNotWhatTheirSizesSayAreMalformed() throws Exception {
    refusedFrames(
        "frame_size", Tensor.ofLongs(Shape.of(3, 2), 5, 7, 7, 6, 3, 2), "clip 1 is 7 high");
    refusedFrames(
        "frame_size", Tensor.ofLongs(Shape.of(3, 2), 5, 7, 0, 5, 3, 2), "clip 1 is 0 high");
    refusedFrames(
        "frame_size",
        Tensor.ofLongs(Shape.of(3, 2), 5, 7, 1L << 32, 1L << 32, 3, 2),
        "not within 35 pixels");
    refusedFrames(
        "frame_size",
        Tensor.ofLongs(Shape.of(3, 2), 5, 6, 6, 5, 3, 2),
        "room for 35 pixels, the largest frame has 30");
    refusedFrames("frame_size", Tensor.ofLongs(Shape.of(2, 2), 5, 7, 7, 5), "tensor 'frame_size'");
    refusedFrames("frames", Tensor.zeros(DType.U8, Shape.of(3, 2, 1, 35, 3)), "tensor 'frames'");
    refusedFrames("place", Tensor.ofLongs(Shape.of(3), 0, 2, 2), "tensor 'place' has 2 at 2");
    refusedFrames("place", Tensor.ofLongs(Shape.of(3), -1, 2, 3), "tensor 'place' has -1 at 0");
    refusedFrames("label", Tensor.ofLongs(Shape.of(2), 7, 1), "tensor 'label'");
    refusedFrames("extra", Tensor.ofLongs(Shape.of(1), 0), "tensor 'extra' is unknown");
  }

  private static void refusedFrames(String name, Tensor tensor, String message) throws Exception {
    SafeTensors good = SafeTensors.decode(SentBatchSerde.encode(Batches.frames(ID)));
    SortedMap<String, Tensor> tensors = new TreeMap<>(good.tensors());
    tensors.put(name, tensor);
    byte[] bytes = new SafeTensors(tensors, good.metadata()).encode();
    assertThatThrownBy(() -> SentBatchSerde.decode(bytes))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aPairBatchSurvivesTheWireWithEachRecipe() throws Exception {
    PairBatch mixed = Batches.pairs(ID);
    PairBatch recipeOnly = with(mixed, Optional.empty(), mixed.recipe());
    PairBatch alone = with(mixed, Optional.empty(), new PairRecipe.Identity());
    PairBatch other = with(mixed, mixed.augmented(), new PairRecipe.Opaque("grayscale"));
    for (PairBatch want : new PairBatch[] {mixed, recipeOnly, alone, other}) {
      PairBatch got = PairBatchSerde.decode(PairBatchSerde.encode(want));
      assertThat(got.recipe()).isEqualTo(want.recipe());
      assertThat(got.normalization()).isEqualTo(want.normalization());
      assertThat(got.lineage()).isEqualTo(want.lineage());
      assertThat(got.original().contentEquals(want.original())).isTrue();
      assertThat(got.augmented().isPresent()).isEqualTo(want.augmented().isPresent());
    }
  }

  @Test
  void theSizeOfABatchIsKnownBeforeItIsMade() {
    ClipBatch batch = Batches.clips(ID);
    byte[] bytes = ClipBatchSerde.encode(batch);
    long header = java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(8 + header + ClipBatchSerde.dataBytes(batch.frames().shape()))
        .isEqualTo(bytes.length);
  }

  @Test
  void aTensorOfAWrongShapeIsNamed() throws Exception {
    SafeTensors good = SafeTensors.decode(ClipBatchSerde.encode(Batches.clips(ID)));
    assertRefused(good, "label", Tensor.ofLongs(Shape.of(3), 1, 2, 3), "tensor 'label'");
    assertRefused(good, "batch", Tensor.ofLongs(Shape.of(2), 0, -1), "tensor 'batch'");
    assertRefused(good, "extra", Tensor.ofLongs(Shape.of(1), 0), "tensor 'extra' is unknown");
    assertRefused(
        good, "frames", Tensor.zeros(DType.U8, Shape.of(2, 3, 4, 5, 4)), "tensor 'frames'");
  }

  private static void assertRefused(SafeTensors good, String name, Tensor tensor, String message) {
    SortedMap<String, Tensor> tensors = new TreeMap<>(good.tensors());
    tensors.put(name, tensor);
    byte[] bytes = new SafeTensors(tensors, good.metadata()).encode();
    assertThatThrownBy(() -> ClipBatchSerde.decode(bytes))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining(message);
  }

  @Test
  void headersSurviveAndDisagreementWithTheKeyIsFound() throws Exception {
    io.pairstream.wire.RecordHeaders want =
        io.pairstream.wire.RecordHeaders.of(
            io.pairstream.wire.RecordHeaders.CLIPS,
            new io.pairstream.wire.RecordHeaders.RunIdentity("r", "abc", 12, 5),
            ID,
            Optional.of("no clip could be decoded"));
    RecordHeaders headers = new RecordHeaders();
    want.addTo(headers);
    assertThat(
            io.pairstream.wire.RecordHeaders.parse(
                "4/11".getBytes(java.nio.charset.StandardCharsets.UTF_8), headers))
        .isEqualTo(want);
    assertThatThrownBy(() ->
            io.pairstream.wire.RecordHeaders.parse(
                "4/10".getBytes(java.nio.charset.StandardCharsets.UTF_8), headers))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("key '4/10'");
    headers.remove("run-id");
    assertThatThrownBy(() -> io.pairstream.wire.RecordHeaders.parse(headers))
        .isInstanceOf(MalformedRecordException.class)
        .hasMessageContaining("'run-id' is missing");
  }

  private static PairBatch with(PairBatch pair, Optional<Tensor> augmented, PairRecipe recipe) {
    return new PairBatch(
        pair.id(),
        pair.original(),
        augmented,
        recipe,
        pair.label(),
        pair.normalization(),
        pair.clipIds(),
        pair.lineage());
  }
}
