package io.pairstream.verify;

import io.pairstream.clip.BatchId;
import io.pairstream.run.BatchOrder;
import io.pairstream.run.LedgerEntry;
import io.pairstream.run.LedgerEntry.Service;
import io.pairstream.run.RunSpec;
import io.pairstream.verify.Finding.Corrupt;
import io.pairstream.verify.Finding.Gap;
import io.pairstream.verify.Finding.Place;
import io.pairstream.verify.Finding.UntoldCopy;
import io.pairstream.wire.MalformedRecordException;
import io.pairstream.wire.PairBatchSerde;
import io.pairstream.wire.RecordHeaders;
import io.pairstream.wire.SafeTensors;
import io.pairstream.wire.SentBatchSerde;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// What RUN.clips or RUN.pairs still holds, read record by record in the order of the offsets.
final class TopicView {
  private final String schema;
  private final RunSpec spec;
  private final LedgerView ledger;
  private final Service writer;
  private final Map<Integer, Long> expected = new HashMap<>();
  private final Map<BatchId, Integer> appearances = new HashMap<>();
  private final List<Finding> findings = new ArrayList<>();
  private long records;
  private long copies;

  TopicView(String schema, RunSpec spec, LedgerView ledger) {
    this.schema = schema;
    this.spec = spec;
    this.ledger = ledger;
    this.writer = schema.equals(RecordHeaders.CLIPS) ? Service.PRODUCER : Service.AUGMENTER;
  }

  void add(ConsumerRecord<byte[], byte[]> record) {
    records++;
    Place place = new Place(record.topic(), record.partition(), record.offset());
    try {
      RecordHeaders headers = RecordHeaders.parse(record.key(), record.headers());
      checkIdentity(headers, record.partition());
      byte[] value = checkedValue(headers, record.value());
      checkChecksum(headers.id(), value);
      place(place, headers.id(), record.offset() == 0);
    } catch (MalformedRecordException e) {
      findings.add(new Corrupt(place, String.valueOf(e.getMessage())));
    }
  }

  List<Finding> findings() {
    return findings;
  }

  /// Records that the topic still holds.
  long records() {
    return records;
  }

  /// Of them, further appearances of a batch.
  long copies() {
    return copies;
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

  private void checkChecksum(BatchId id, byte[] value) throws MalformedRecordException {
    Set<Long> told = ledger.checksums(writer, id);
    long crc = LedgerEntry.crc32c(value);
    if (!told.isEmpty() && !told.contains(crc)) {
      throw new MalformedRecordException(
          "batch " + id + " has crc32c " + crc + ", the ledger says " + told);
    }
  }

  /// First appearances have no gaps. A topic whose beginning was deleted may begin anywhere.
  private void place(Place place, BatchId id, boolean topicBegins) {
    BatchOrder order = spec.order();
    long number = order.number(id);
    int seen = appearances.merge(id, 1, Integer::sum);
    if (seen > 1) {
      copies++;
      if (seen > ledger.told(writer, id)) {
        findings.add(new UntoldCopy(place, id));
      }
      return;
    }
    Long next = expected.get(place.partition());
    if (next == null) {
      next = topicBegins ? order.first(place.partition()) : number;
    }
    if (number > next) {
      findings.add(new Gap(place, order.id(next), id));
    }
    expected.put(place.partition(), Math.max(next, number + order.partitions()));
  }
}
