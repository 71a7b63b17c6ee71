package io.pairstream.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairEncoding;
import io.pairstream.run.LedgerEntry;
import io.pairstream.run.LedgerEntry.Service;
import io.pairstream.run.RunSpec;
import io.pairstream.wire.Batches;
import io.pairstream.wire.PairBatchSerde;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/// A run of 6 batches in 2 partitions, followed by the trainers `a` and `b`.
class VerificationTest {
  private static final RunSpec SPEC =
      new RunSpec(
          new RunSpec.Content(
              1,
              "d",
              3,
              4,
              5,
              "segments",
              "crop",
              2,
              6,
              2,
              Normalization.IMAGENET,
              "swapmix(beta=1)",
              1,
              PairEncoding.U8,
              List.of("x", "y"),
              List.of()),
          2,
          List.of("a", "b"),
          1 << 20);

  private final LedgerView ledger = new LedgerView(SPEC);
  private final TopicView pairs =
      new TopicView(io.pairstream.wire.RecordHeaders.PAIRS, SPEC, ledger);
  private final long[] offsets = new long[2];

  private static byte[] value(long number) {
    return PairBatchSerde.encode(Batches.pairs(SPEC.order().id(number)));
  }

  private void tell(Service service, String name, long number) {
    long crc = LedgerEntry.crc32c(value(number));
    BatchId id = SPEC.order().id(number);
    ledger.add(new LedgerEntry(service, name, SPEC.runId(), id, false, 2, crc));
  }

  private void tellAll(int numbers) {
    for (long number = 0; number < numbers; number++) {
      tell(Service.PRODUCER, "0", number);
      tell(Service.AUGMENTER, "0", number);
      tell(Service.TRAINER, "a", number);
      tell(Service.TRAINER, "b", number);
    }
  }

  private void hold(long number, byte[] value) {
    int partition = SPEC.order().partition(number);
    RecordHeaders headers = new RecordHeaders();
    io.pairstream.wire.RecordHeaders.of(
            io.pairstream.wire.RecordHeaders.PAIRS,
            SPEC.identity("run"),
            SPEC.order().id(number),
            Optional.empty())
        .addTo(headers);
    byte[] key = SPEC.order().id(number).toString().getBytes(StandardCharsets.UTF_8);
    pairs.add(
        new ConsumerRecord<>(
            "run.pairs",
            partition,
            offsets[partition]++,
            0L,
            TimestampType.LOG_APPEND_TIME,
            key.length,
            value.length,
            key,
            value,
            headers,
            Optional.empty()));
  }

  private List<String> findings() {
    List<Finding> all = new ArrayList<>(ledger.check());
    all.addAll(pairs.findings());
    return all.stream().map(Finding::sentence).toList();
  }

  @Test
  void aWholeRunHasNoFindings() {
    tellAll(6);
    for (long number = 0; number < 6; number++) {
      hold(number, value(number));
    }
    assertThat(findings()).isEmpty();
  }

  @Test
  void aBatchThatOneTrainerNeverToldOfIsMissing() {
    tellAll(5);
    tell(Service.PRODUCER, "0", 5);
    tell(Service.AUGMENTER, "0", 5);
    tell(Service.TRAINER, "a", 5);
    assertThat(findings())
        .containsExactly("missing: batch 1/2 has no line of trainer/b in the ledger");
  }

  @Test
  void aBatchThatWasTrainedOnTwiceIsADuplicate() {
    tellAll(6);
    tell(Service.TRAINER, "b", 3);
    assertThat(findings())
        .containsExactly("duplicate: batch 1/0 was trained on 2 times by trainer/b");
  }

  @Test
  void aCopyThatItsWriterToldOfIsHarmlessAndAnyOtherIsADuplicate() {
    tellAll(6);
    hold(0, value(0));
    hold(0, value(0));
    assertThat(findings())
        .containsExactly(
            "duplicate: run.pairs-0 offset 1 is a copy of batch 0/0 that no service told of");
    tell(Service.AUGMENTER, "0", 1);
    hold(1, value(1));
    hold(1, value(1));
    assertThat(findings()).hasSize(1);
  }

  @Test
  void aFirstAppearanceThatLeavesOneOutIsAGap() {
    tellAll(6);
    hold(0, value(0));
    hold(4, value(4));
    assertThat(findings())
        .containsExactly("gap: run.pairs-0 offset 1 is batch 1/1, and 0/2 has not appeared");
  }

  @Test
  void whatWasDeletedFromTheBeginningIsNoGap() {
    tellAll(6);
    offsets[0] = 2;
    hold(4, value(4));
    assertThat(findings()).isEmpty();
  }

  @Test
  void bytesThatAreNotThoseOfTheLedgerAreCorrupt() {
    tellAll(6);
    byte[] flipped = value(0);
    flipped[flipped.length - 1] ^= 1;
    hold(0, flipped);
    hold(2, new byte[] {1, 2, 3});
    assertThat(findings()).hasSize(2).allMatch(sentence -> sentence.startsWith("corrupt: run."));
    assertThat(findings().getFirst()).contains("crc32c");
  }

  @Test
  void linesOfAnotherRunDoNotCount() {
    tellAll(6);
    ledger.add(new LedgerEntry(Service.TRAINER, "a", "other", SPEC.order().id(0), false, 2, 0));
    assertThat(findings()).isEmpty();
  }
}
