package io.pairstream.augmenter.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.augment.AugmentationCatalog;
import io.pairstream.augment.AugmentationPlan;
import io.pairstream.augment.BatchDraws;
import io.pairstream.augment.KernelAugmentation;
import io.pairstream.augmenter.PairMaker;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.DType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.PairEncoding;
import io.pairstream.clip.PairRecipe;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.kernel.PlainSwapMix;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ServiceException;
import io.pairstream.testing.Require;
import io.pairstream.wire.Batches;
import io.pairstream.wire.PairBatchSerde;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// CUDA source files on a driver without a GPU, which runs the same file on the processor.
class CudaKernelsTest {
  private static final Path EXAMPLE = Require.root().resolve("examples/cuda/warm.cu");
  static final long SEED = 5;

  private final AtomicInteger compiled = new AtomicInteger();
  private final FakeCuda fake = FakeCuda.load();
  private CudaDevice device;
  private CudaKernels kernels;
  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void open() {
    device = CudaDevice.open(0);
    kernels =
        new CudaKernels(
            device,
            () -> {
              compiled.incrementAndGet();
              return UserKernel.compiler();
            });
    fake.resetMarks();
  }

  @AfterEach
  void nothingIsLeftBehind() {
    kernels.close();
    device.close();
    fake.heal();
    for (String what : List.of("allocations", "streams", "events", "modules", "contexts")) {
      assertThat(fake.count(what)).as(what).isZero();
    }
    assertThat(fake.count("violations")).isZero();
  }

  @Test
  void theExampleMakesThePixelsThatItsTextSays() throws Exception {
    String example = UserKernel.bind(EXAMPLE);
    PairMaker maker = maker(plan(example + "(most=40.5,gain=1.25)"), PairEncoding.U8);
    for (int batch = 0; batch < 3; batch++) {
      ClipBatch clips = Batches.clips(new BatchId(1, batch));
      PairBatch pair = maker.make(clips);
      assertThat(pair.original()).isSameAs(clips.frames());
      assertThat(pair.recipe().augmentation())
          .matches("cuda:warm\\.cu\\(most=40\\.5,gain=1\\.25,sha256=[0-9a-f]{64}\\)");
      assertThat(pair.augmented().orElseThrow().data().toArray(ValueLayout.JAVA_BYTE))
          .isEqualTo(warm(clips, new BatchDraws(SEED, clips.id()), 40.5f, 1.25f));
      assertThat(PairBatchSerde.encode(maker.make(clips))).isEqualTo(PairBatchSerde.encode(pair));
      PairBatchSerde.decode(PairBatchSerde.encode(pair));
    }
    assertThat(compiled).hasValue(1);
  }

  /// What the example makes at the first place of a text.
  static byte[] warm(ClipBatch clips, float most) {
    return warm(clips, new BatchDraws(SEED, clips.id()), most, 1);
  }

  /// What the example's comment says, in Java.
  private static byte[] warm(ClipBatch clips, BatchDraws draws, float most, float gain) {
    byte[] out = new byte[Math.toIntExact(clips.frames().shape().elements())];
    int clipBytes = out.length / clips.clips();
    for (int i = 0; i < out.length; i++) {
      long seed = draws.clip(i / clipBytes, "kernel").nextLong();
      float shift = (seed >>> 40) / 16777216.0f * most;
      float y = (clips.frames().data().get(ValueLayout.JAVA_BYTE, i) & 0xFF) * gain;
      y += i % 3 == 0 ? shift : 0;
      y -= i % 3 == 2 ? shift : 0;
      out[i] = (byte) (int) Math.rint(Math.clamp(y, 0f, 255f));
    }
    return out;
  }

  @Test
  void itStandsInChainsAndBasesAndDrawsAnewAtEachPlace() throws Exception {
    String example = UserKernel.bind(EXAMPLE);
    ClipBatch clips = Batches.clips(new BatchId(0, 0));
    AugmentationPlan plan = plan("base:" + example + "|" + example + "(most=20)+swapmix");
    PairBatch pair = maker(plan, PairEncoding.U8).make(clips);
    BatchDraws draws = new BatchDraws(SEED, clips.id());
    assertThat(pair.original().data().toArray(ValueLayout.JAVA_BYTE))
        .isEqualTo(warm(clips, draws.at("base"), 60, 1));
    assertThat(pair.lineage().baseAugmentation().orElseThrow())
        .startsWith("cuda:warm.cu(most=60,gain=1,sha256=");
    PairBatch alone = maker(plan(example + "(most=20)"), PairEncoding.U8).make(clips);
    PairBatch both =
        maker(plan("base:" + example + "|" + example + "(most=20)"), PairEncoding.U8).make(clips);
    assertThat(both.augmented().orElseThrow().data().toArray(ValueLayout.JAVA_BYTE))
        .isEqualTo(warm(clips.withFrames(pair.original()), draws, 20, 1))
        .isNotEqualTo(alone.augmented().orElseThrow().data().toArray(ValueLayout.JAVA_BYTE));
    // Its pixels travel where the trainer could make SwapMix alone.
    PairBatch recipe = maker(plan(example), PairEncoding.RECIPE).make(clips);
    assertThat(recipe.recipe()).isInstanceOf(PairRecipe.Opaque.class);
    assertThat(recipe.augmented()).isPresent();
    assertThat(compiled).hasValue(1);
  }

  @Test
  void whatAFunctionDoesNotWriteStaysAsItWas() throws Exception {
    Path file =
        source(
            "first.cu",
            """
            if (blockIdx.x == 0 && threadIdx.x == 0) {
              out[0] = (unsigned char)(clips * 1000 + frames * 100 + height * 10 + width);
            }
            """);
    PairMaker maker = maker(plan(UserKernel.bind(file)), PairEncoding.U8);
    // A larger batch grows the buffer, a smaller one leaves room behind it.
    for (int clips : List.of(1, 5, 2)) {
      ClipBatch batch = batch(clips);
      byte[] expected = batch.frames().data().toArray(ValueLayout.JAVA_BYTE);
      expected[0] = (byte) (clips * 1000 + 300 + 40 + 5);
      Tensor made = maker.make(batch).augmented().orElseThrow();
      assertThat(made.data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(expected);
    }
  }

  @Test
  void twoFilesAndSeveralThreadsKeepOutOfEachOthersWay() throws Exception {
    String warm = UserKernel.bind(EXAMPLE);
    String negative =
        UserKernel.bind(
            source(
                "my (negative).cu",
                """
                long n = (long)clips * frames * height * width * 3;
                long step = (long)gridDim.x * blockDim.x;
                for (long i = (long)blockIdx.x * blockDim.x + threadIdx.x; i < n; i += step) {
                  out[i] = 255 - in[i];
                }
                """));
    AugmentationPlan plan = plan(negative + "+" + warm);
    assertThat(compiled).hasValue(2);
    assertThat(plan.pair().text()).startsWith("cuda:\"my (negative).cu\"(sha256=");
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<byte[]>> all = new ArrayList<>();
      for (int i = 0; i < 24; i++) {
        ClipBatch clips = Batches.clips(new BatchId(0, i));
        all.add(
            threads.submit(() -> PairBatchSerde.encode(maker(plan, PairEncoding.U8).make(clips))));
      }
      for (int i = 0; i < 24; i++) {
        ClipBatch clips = Batches.clips(new BatchId(0, i));
        assertThat(all.get(i).get())
            .isEqualTo(PairBatchSerde.encode(maker(plan, PairEncoding.U8).make(clips)));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "cuMemcpyHtoDAsync, 1",
    "cuMemcpyDtoDAsync, 1",
    "cuLaunchKernel, 1",
    "cuMemcpyDtoHAsync, 1",
    "cuStreamSynchronize, 1"
  })
  void aFailureEndsWithExitThreeAndLeavesNothingInTheNextBatch(String function, int nth)
      throws Exception {
    PairMaker maker = maker(plan(UserKernel.bind(EXAMPLE)), PairEncoding.U8);
    ClipBatch clips = Batches.clips(new BatchId(0, 0));
    byte[] right = PairBatchSerde.encode(maker.make(clips));
    fake.fail(function, nth, 700, false);
    assertThatThrownBy(() -> maker.make(Batches.clips(new BatchId(0, 1))))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.ENVIRONMENT))
        .hasMessage(
            "cuda:0 (Fake GPU) failed with CUDA source warm.cu (%s: CUDA_ERROR_ILLEGAL_ADDRESS): the"
                    .formatted(function)
                + " batch was not written; an illegal access is the source's fault, else start the"
                + " augmenter again");
    assertThat(PairBatchSerde.encode(maker.make(clips))).isEqualTo(right);
  }

  @Test
  void aGpuThatIsLostIsSaidOnce() throws Exception {
    PairMaker maker = maker(plan(UserKernel.bind(EXAMPLE)), PairEncoding.U8);
    fake.fail("cuStreamSynchronize", 1, 700, true);
    assertThatThrownBy(() -> maker.make(Batches.clips(new BatchId(0, 1))))
        .isInstanceOf(ServiceException.class);
    kernels.close();
    device.close();
    // The fake has freed nothing: only now does it let go, as the end of the process would.
    fake.forget();
    open();
  }

  @Test
  void aDriverThatDoesNotTakeTheCodeIsSaid() throws Exception {
    String example = UserKernel.bind(EXAMPLE);
    fake.fail("cuModuleLoadData", 1, 222, false);
    assertThatThrownBy(() -> plan(example))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.ENVIRONMENT))
        .hasMessage(
            "cuda:0 (Fake GPU) cannot load CUDA source warm.cu (cuModuleLoadData:"
                + " CUDA_ERROR_UNSUPPORTED_PTX_VERSION; compiled by no compiler, the driver is for"
                + " CUDA 13.0)");
    fake.fail("cuStreamCreate", 1, 2, false);
    assertThatThrownBy(() -> plan(example)).hasMessageContaining("cuStreamCreate");
  }

  @Test
  void memoryThatIsNotThereIsSaid() throws Exception {
    PairMaker maker = maker(plan(UserKernel.bind(EXAMPLE)), PairEncoding.U8);
    fake.fail("cuMemAlloc", 1, 2, false);
    assertThatThrownBy(() -> maker.make(Batches.clips(new BatchId(0, 0))))
        .isInstanceOf(ServiceException.class)
        .hasMessageContaining("has no memory left (cuMemAlloc of ");
  }

  private AugmentationPlan plan(String text) {
    return AugmentationCatalog.load()
        .parse(text)
        .map(one -> one instanceof KernelAugmentation kernel ? kernels.load(kernel) : one);
  }

  private static PairMaker maker(AugmentationPlan plan, PairEncoding encoding) {
    return new PairMaker(
        new PairMaker.Settings(SEED, plan, 1, encoding, Normalization.IMAGENET, "9"),
        new PlainSwapMix());
  }

  private Path source(String name, String body) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        """
        extern "C" __global__ void augment(
            const unsigned char* in, unsigned char* out, int clips, int frames, int height, int width,
            const unsigned long long* seeds, const float* parameters) {
          %s
        }
        """
            .formatted(body));
  }

  /// @param clips how many
  private static ClipBatch batch(int clips) {
    BatchId id = new BatchId(0, 0);
    return new ClipBatch(
        id,
        Batches.noise(id, DType.U8, Shape.of(clips, 3, 4, 5, 3)),
        Tensor.ofLongs(Shape.of(clips), new long[clips]),
        Tensor.ofLongs(Shape.of(clips, 3), new long[3 * clips]),
        Collections.nCopies(clips, "a.mp4"),
        new ClipBatch.Lineage("test", "segments"));
  }
}
