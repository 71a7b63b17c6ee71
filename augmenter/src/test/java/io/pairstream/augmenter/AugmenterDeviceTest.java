package io.pairstream.augmenter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.augmenter.cuda.FakeCuda;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.PairEncoding;
import io.pairstream.config.DeviceChoice;
import io.pairstream.config.KafkaOptions;
import io.pairstream.config.Topics;
import io.pairstream.kernel.PlainSwapMix;
import io.pairstream.kernel.SwapMixKernel;
import io.pairstream.metrics.Tally;
import io.pairstream.ops.ExitCode;
import io.pairstream.ops.ServiceException;
import io.pairstream.run.Instance;
import io.pairstream.run.Role;
import io.pairstream.run.RunSpec;
import io.pairstream.wire.Batches;
import io.pairstream.wire.ClipBatchSerde;
import io.pairstream.wire.PairBatchSerde;
import io.pairstream.wire.RecordHeaders;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AugmenterDeviceTest {
  private static final int NO_DEVICE = 100;
  private static final int LAUNCH_FAILED = 719;
  private static final ClipBatch CLIPS = Batches.clips(new BatchId(1, 3));

  @Test
  void devicesAreReadFromText() {
    assertThat(DeviceChoice.parse("--device", "auto")).isEqualTo(new DeviceChoice.Auto());
    assertThat(DeviceChoice.parse("--device", "cpu")).isEqualTo(new DeviceChoice.Cpu());
    assertThat(DeviceChoice.parse("--device", "cuda")).isEqualTo(new DeviceChoice.Cuda(0));
    assertThat(DeviceChoice.parse("--device", "cuda:12")).isEqualTo(new DeviceChoice.Cuda(12));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "CUDA", "cuda:", "cuda:-1", "cuda:1x", "cuda:12345"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> DeviceChoice.parse("--device", text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--device '" + text + "' is not auto, cpu, cuda or cuda:N");
  }

  @Test
  void theProcessorHasItsOwnKernels() {
    try (AugmenterDevice device = AugmenterDevice.open(new DeviceChoice.Cpu())) {
      assertThat(device.name()).isEqualTo("cpu");
      assertThat(device.kernel().name()).isEqualTo(SwapMixKernel.fastest().name());
    }
  }

  @Test
  void autoTakesTheFirstGpu() {
    FakeCuda.load();
    try (AugmenterDevice device = AugmenterDevice.open(new DeviceChoice.Auto())) {
      assertThat(device.name()).isEqualTo("cuda:0 (Fake GPU)");
      assertThat(device.kernel().name()).isEqualTo("cuda-9.0");
    }
  }

  @Test
  void autoFallsBackWhereTheGpuCannotBeTakenAndCudaDoesNot() {
    FakeCuda fake = FakeCuda.load();
    fake.fail("cuDevicePrimaryCtxRetain", 1, NO_DEVICE, false);
    try (AugmenterDevice device = AugmenterDevice.open(new DeviceChoice.Auto())) {
      assertThat(device.name()).isEqualTo("cpu");
    }
    fake.fail("cuDevicePrimaryCtxRetain", 1, NO_DEVICE, false);
    assertThatThrownBy(() -> AugmenterDevice.open(new DeviceChoice.Cuda(0)))
        .isInstanceOf(ServiceException.class)
        .hasMessageStartingWith("cuda:0 (Fake GPU) is not there");
  }

  @ParameterizedTest
  @EnumSource(PairEncoding.class)
  void aGpuThatFailsPassesNothingOnAndTheNextProcessMakesThePlainKernelsBytes(PairEncoding encoding)
      throws Exception {
    FakeCuda fake = FakeCuda.load();
    RunSpec spec = Runs.spec("swapmix(beta=1)", encoding, 1);
    if (encoding != PairEncoding.RECIPE) {
      fake.fail("cuLaunchKernel", 1, LAUNCH_FAILED, false);
      List<TestRecord<byte[], byte[]>> all = new java.util.ArrayList<>();
      assertThatThrownBy(() -> augment(spec, all))
          .satisfies(e ->
              assertThat(StreamsFailure.explain(e, "b:1"))
                  .isInstanceOfSatisfying(
                      ServiceException.class,
                      known -> assertThat(known.exitCode()).isEqualTo(ExitCode.ENVIRONMENT))
                  .hasMessageContaining("cuLaunchKernel: CUDA_ERROR_LAUNCH_FAILED"));
      assertThat(all).isEmpty();
    }
    List<TestRecord<byte[], byte[]>> all = new java.util.ArrayList<>();
    augment(spec, all);
    byte[] expected =
        PairBatchSerde.encode(new PairMaker(Runs.settings(spec), new PlainSwapMix()).make(CLIPS));
    assertThat(all).hasSize(2);
    assertThat(all.getFirst().value()).isEqualTo(expected);
  }

  /// One process: takes the GPU, augments [#CLIPS], gives it back. What got out, pairs first.
  private static void augment(RunSpec spec, List<TestRecord<byte[], byte[]>> out) {
    Properties config = new Properties();
    new KafkaOptions("unused:1").streams("r.augmenter", 1, 0).forEach(config::put);
    try (AugmenterDevice device = AugmenterDevice.open(new DeviceChoice.Cuda(0))) {
      AugmentTopology topology =
          new AugmentTopology(
              new AugmentTopology.Part(new Topics("r"), spec, Instance.main(Role.AUGMENTER)),
              Runs.settings(spec),
              1 << 20,
              new Tally(),
              device::kernel);
      try (TopologyTestDriver driver =
          new TopologyTestDriver(topology.build(), config, Instant.EPOCH)) {
        org.apache.kafka.common.header.internals.RecordHeaders headers =
            new org.apache.kafka.common.header.internals.RecordHeaders();
        RecordHeaders ours =
            RecordHeaders.of(RecordHeaders.CLIPS, spec.identity("r"), CLIPS.id(), Optional.empty());
        ours.addTo(headers);
        try {
          driver
              .createInputTopic("r.clips", new ByteArraySerializer(), new ByteArraySerializer())
              .pipeInput(
                  new TestRecord<>(
                      CLIPS.id().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8),
                      ClipBatchSerde.encode(CLIPS),
                      headers));
        } finally {
          for (String topic : List.of("r.pairs", "r.progress", "r.rejected")) {
            out.addAll(
                driver
                    .createOutputTopic(
                        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
                    .readRecordsToList());
          }
        }
      }
    }
  }
}
