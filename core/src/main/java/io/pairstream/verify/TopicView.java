package io.pairstream.verify;

import io.pairstream.clip.BatchId;
import io.pairstream.run.BatchOrder;
import io.pairstream.run.Role;
import io.pairstream.run.RunSpec;
import io.pairstream.verify.Finding.Corrupt;
import io.pairstream.verify.Finding.Gap;
import io.pairstream.verify.Finding.Place;
import io.pairstream.verify.Finding.UntoldCopy;
import io.pairstream.wire.Checksum;
import io.pairstream.wire.MalformedRecordException;
import io.pairstream.wire.PairBatchSerde;
import io.pairstream.wire.RecordHeaders;
import io.pairstream.wire.SafeTensors;
import io.pairstream.wire.SentBatchSerde;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// What RUN.clips or RUN.pairs still holds, read record by record in the order of the offsets, and
/// then joined with the journal.
final class TopicView {
  private final String schema;
  private final RunSpec spec;
  private final Findings findings;
  private final Role writer;
  private final Map<Integer, Partition> partitions = new HashMap<>();
  private String topic = "";
  private long records;
  private long copies;

  /// The readable records of a partition, by the order of their offsets.
  private static final class Partition {
    private Columns columns = new Columns(16);
    private int count;

    void add(long offset, long number, int crc) {
      if (count == columns.crc.length) {
        columns = columns.grown();
      }
      columns.offset[count] = offset;
      columns.number[count] = number;
      columns.crc[count++] = crc;
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Columns(long[] offset, long[] number, int[] crc) {
    Columns(int length) {
      this(new long[length], new long[length], new int[length]);
    }

    Columns grown() {
      int length = crc.length + crc.length / 2;
      return new Columns(
          Arrays.copyOf(offset, length), Arrays.copyOf(number, length), Arrays.copyOf(crc, length));
    }
  }

  /// @param findings told of records that cannot be read
  TopicView(String schema, RunSpec spec, Findings findings) {
    this.schema = schema;
    this.spec = spec;
    this.findings = findings;
    this.writer = schema.equals(RecordHeaders.CLIPS) ? Role.PRODUCER : Role.AUGMENTER;
  }

  void add(ConsumerRecord<byte[], byte[]> record) {
    records++;
    topic = record.topic();
    try {
      RecordHeaders headers = RecordHeaders.parse(record.key(), record.headers());
      checkIdentity(headers, record.partition());
      byte[] value = checkedValue(headers, record.value());
      partitions
          .computeIfAbsent(record.partition(), key -> new Partition())
          .add(record.offset(), spec.order().number(headers.id()), (int) Checksum.crc32c(value));
    } catch (MalformedRecordException e) {
      findings.add(
          new Corrupt(
              new Place(record.topic(), record.partition(), record.offset()),
              String.valueOf(e.getMessage())));
    }
  }

  /// Records that the topic still holds.
  long records() {
    return records;
  }

  /// Of them, further appearances of a batch; known after [#join].
  long copies() {
    return copies;
  }

  /// Compares what is held with what the writer tells of.
  void join(JournalView journal) {
    partitions.forEach((p, partition) -> join(journal.of(writer), p, partition));
  }

  /// First appearances have no gaps. A topic whose beginning was deleted may begin anywhere.
  private void join(Tellings told, int p, Partition partition) {
    BatchOrder order = spec.order();
    Tellings seen = new Tellings();
    long next = -1;
    for (int i = 0; i < partition.count; i++) {
      long offset = partition.columns.offset[i];
      long number = partition.columns.number[i];
      long crc = Integer.toUnsignedLong(partition.columns.crc[i]);
      Place place = new Place(topic, p, offset);
      if (!isTold(told, place, number, crc)) {
        continue;
      }
      if (!seen.tell(number, new Tellings.Made(crc, OptionalLong.empty()), false)) {
        copies++;
        if (seen.times(number) > told.times(number)) {
          findings.add(new UntoldCopy(place, order.id(number)));
        }
        continue;
      }
      if (next < 0) {
        next = offset == 0 ? order.first(p) : number;
      }
      if (number > next) {
        findings.add(new Gap(place, order.id(next), order.id(number)));
      }
      next = Math.max(next, number + order.partitions());
    }
  }

  /// Whether the bytes are those that are told of, if any are.
  private boolean isTold(Tellings told, Place place, long number, long crc) {
    OptionalLong one = told.onlyChecksum(number);
    if (one.isPresent() && one.getAsLong() == crc) {
      return true;
    }
    Set<Long> checksums = told.checksums(number);
    if (checksums.isEmpty() || checksums.contains(crc)) {
      return true;
    }
    findings.add(
        new Corrupt(
            place,
            "batch %s has crc32c %d, the journal says %s"
                .formatted(spec.order().id(number), crc, checksums)));
    return false;
  }

  private void checkIdentity(RecordHeaders headers, int partition) throws MalformedRecordException {
    BatchOrder order = spec.order();
    if (!headers.runId().equals(spec.runId())) {
      throw new MalformedRecordException("run id " + headers.runId() + " is another run's");
    }
    if (!headers.schema().equals(schema)
        || headers.epochBatches() != order.batchesPerEpoch()
        || headers.id().epoch() >= spec.epochs()
        || order.partition(order.number(headers.id())) != partition) {
      throw new MalformedRecordException(
          headers.schema() + " batch " + headers.id() + " does not belong here");
    }
  }

  private byte[] checkedValue(RecordHeaders headers, byte @Nullable [] value)
      throws MalformedRecordException {
    if (value == null) {
      throw new MalformedRecordException("no value");
    }
    if (headers.skipped().isPresent()) {
      SafeTensors.decode(value);
      return value;
    }
    BatchId inside =
        schema.equals(RecordHeaders.CLIPS)
            ? SentBatchSerde.decode(value).id()
            : PairBatchSerde.decode(value).id();
    if (!inside.equals(headers.id())) {
      throw new MalformedRecordException(
          "tensor 'batch' says " + inside + ", the headers " + headers.id());
    }
    return value;
  }
}
