package io.pairstream.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.clip.BatchId;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairEncoding;
import io.pairstream.journal.Event;
import io.pairstream.journal.JournalEntry;
import io.pairstream.journal.JournalLine;
import io.pairstream.journal.Message.Batch;
import io.pairstream.run.Instance;
import io.pairstream.run.Role;
import io.pairstream.run.RunSpec;
import io.pairstream.wire.Batches;
import io.pairstream.wire.Checksum;
import io.pairstream.wire.PairBatchSerde;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
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

  private final Findings findings = new Findings();
  private final JournalView journal = new JournalView(SPEC, "run.progress", findings);
  private final TopicView clips =
      new TopicView(io.pairstream.wire.RecordHeaders.CLIPS, SPEC, findings);
  private final TopicView pairs =
      new TopicView(io.pairstream.wire.RecordHeaders.PAIRS, SPEC, findings);
  private final long[] offsets = new long[2];

  private static byte[] value(long number) {
    return PairBatchSerde.encode(Batches.pairs(SPEC.order().id(number)));
  }

  private static Batch batch(long number) {
    return Batch.sent(SPEC.order().id(number), OptionalInt.of(2), Checksum.crc32c(value(number)));
  }

  private void tell(Role role, String name, long number) {
    tell(new Instance(role, name, 0), batch(number));
  }

  private void tell(Instance instance, Batch batch) {
    tell(instance, SPEC.runId(), batch);
  }

  private void tell(Instance instance, String runId, Batch batch) {
    journal.add(new JournalLine.Told(0, new JournalEntry(instance, runId, Event.now(batch))));
  }

  private static Batch made(long number, long from) {
    Batch plain = batch(number);
    return new Batch(
        plain.id(), false, 2, plain.crc32c(), OptionalLong.of(from), Optional.empty(), false);
  }

  private void tellAll(int numbers) {
    for (long number = 0; number < numbers; number++) {
      tell(Role.PRODUCER, "main", number);
      tell(Role.AUGMENTER, "main", number);
      tell(Role.TRAINER, "a", number);
      tell(Role.TRAINER, "b", number);
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

  private Verification verification() {
    return Verification.of(SPEC, clips, pairs, journal, findings);
  }

  private List<String> findings() {
    return verification().findings().stream().map(Finding::sentence).toList();
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
    tell(Role.PRODUCER, "main", 5);
    tell(Role.AUGMENTER, "main", 5);
    tell(Role.TRAINER, "a", 5);
    assertThat(findings())
        .containsExactly("missing: batch 1/2 has no line of trainer/b in the journal");
  }

  @Test
  void aBatchThatWasTrainedOnTwiceIsADuplicate() {
    tellAll(6);
    tell(Role.TRAINER, "b", 3);
    assertThat(findings())
        .containsExactly("duplicate: batch 1/0 was trained on 2 times by trainer/b");
  }

  @Test
  void aCopyThatItsWriterToldOfIsHarmlessAndAnyOtherIsADuplicate() {
    tellAll(6);
    hold(0, value(0));
    hold(0, value(0));
    tell(Role.AUGMENTER, "main", 1);
    hold(1, value(1));
    hold(1, value(1));
    assertThat(findings())
        .containsExactly(
            "duplicate: run.pairs-0 offset 1 is a copy of batch 0/0 that no service told of");
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
  void bytesThatAreNotThoseOfTheJournalAreCorrupt() {
    tellAll(6);
    byte[] flipped = value(0);
    flipped[flipped.length - 1] ^= 1;
    hold(0, flipped);
    hold(2, new byte[] {1, 2, 3});
    assertThat(findings())
        .satisfiesExactlyInAnyOrder(
            one -> assertThat(one).startsWith("corrupt: run.pairs-0 offset 0").contains("crc32c"),
            one -> assertThat(one).startsWith("corrupt: run.pairs-0 offset 1"));
  }

  @Test
  void messagesOfAnotherRunOrFromAfterTheRunsEndDoNotCount() {
    tellAll(6);
    tell(new Instance(Role.TRAINER, "a", 0), "other", batch(0));
    tell(
        new Instance(Role.TRAINER, "a", 0),
        Batch.sent(new BatchId(Long.MAX_VALUE, 0), OptionalInt.of(2), 0));
    assertThat(findings()).isEmpty();
  }

  @Test
  void aBatchThatTheRunCannotHaveIsCorrupt() {
    tellAll(6);
    tell(new Instance(Role.TRAINER, "a", 0), Batch.sent(new BatchId(0, 3), OptionalInt.of(2), 0));
    assertThat(findings())
        .containsExactly("corrupt: run.progress-0 offset 0: there is no batch 0/3");
  }

  @Test
  void whatIsToldAgainIsTheSameDoingAndMakesNoCopyHarmless() {
    tellAll(5);
    // Batch 5 is told of by processes that took up where others had ended, and never before.
    for (Instance one :
        List.of(
            Instance.main(Role.PRODUCER),
            Instance.main(Role.AUGMENTER),
            new Instance(Role.TRAINER, "a", 0),
            new Instance(Role.TRAINER, "b", 0))) {
      tell(one, batch(4).retold());
      tell(one, batch(5).retold());
      tell(one, batch(5).retold());
    }
    hold(4, value(4));
    hold(4, value(4));
    assertThat(findings())
        .containsExactly(
            "gap: run.pairs-0 offset 0 is batch 1/1, and 0/0 has not appeared",
            "duplicate: run.pairs-0 offset 1 is a copy of batch 1/1 that no service told of");
  }

  @Test
  void whatIsToldAgainWithOtherBytesIsADisagreement() {
    tellAll(6);
    Batch other = Batch.sent(SPEC.order().id(2), OptionalInt.of(2), 7).retold();
    tell(new Instance(Role.TRAINER, "a", 0), other);
    assertThat(findings())
        .hasSize(1)
        .first()
        .asString()
        .startsWith("corrupt: batch 0/2: the augmenter tells of crc32c");
  }

  @Test
  void aPairThatWasMadeFromOtherBytesThanWereSentIsADisagreement() {
    tellAll(4);
    for (long number : new long[] {4, 5}) {
      tell(Role.PRODUCER, "main", number);
      tell(Role.TRAINER, "a", number);
      tell(Role.TRAINER, "b", number);
    }
    tell(Instance.main(Role.AUGMENTER), made(4, Checksum.crc32c(value(4))));
    tell(Instance.main(Role.AUGMENTER), made(5, 17));
    assertThat(findings())
        .containsExactly(
            "corrupt: batch 1/2: its pair was made from crc32c [17], the producer tells of ["
                + Checksum.crc32c(value(5))
                + "]");
  }

  @Test
  void everythingIsCountedAlsoWhereABatchIsFoundWantingTwice() {
    tell(Role.AUGMENTER, "main", 0);
    Verification found = verification();
    assertThat(found.counts().missing()).isEqualTo(6);
    assertThat(found.found()).isEqualTo(6 + 5 + 12);
    assertThat(found.whole()).isFalse();
  }

  @Test
  void aLongJournalTakesLittleRoom() {
    int batches = 200_000;
    RunSpec spec =
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
                2L * batches,
                2,
                Normalization.IMAGENET,
                "swapmix(beta=1)",
                1,
                PairEncoding.U8,
                List.of("x", "y"),
                List.of()),
            1,
            List.of("a"),
            1 << 20);
    JournalView view = new JournalView(spec, "run.progress", findings);
    for (long number = 0; number < batches; number++) {
      for (Role role : List.of(Role.PRODUCER, Role.AUGMENTER, Role.TRAINER)) {
        Batch batch =
            new Batch(
                spec.order().id(number),
                false,
                2,
                number,
                role == Role.AUGMENTER ? OptionalLong.of(number) : OptionalLong.empty(),
                Optional.empty(),
                false);
        Instance instance = new Instance(role, role == Role.TRAINER ? "a" : "main", 0);
        view.add(
            new JournalLine.Told(0, new JournalEntry(instance, spec.runId(), Event.now(batch))));
      }
    }
    view.check();
    assertThat(findings.total()).isZero();
    assertThat(view.clips()).isEqualTo(2L * batches);
    // 64 are promised. The arrays are all that grows with the run: what differs is kept beside
    // them.
    assertThat(view.bytes()).isBetween(16L * batches, 32L * batches);
  }
}
