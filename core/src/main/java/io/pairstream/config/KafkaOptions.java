package io.pairstream.config;

import java.util.HashMap;
import java.util.Map;

/// How to reach the broker, and every Kafka setting that follows from the largest record.
///
/// One number, `maxRecordBytes`, bounds the value of any record; the settings of brokers, topics
/// and clients derive from it. The clients' buffers follow the records that a run really has
/// (`recordBytes`), so that a generous bound costs no memory.
///
/// @param bootstrapServers `host:port,…`
/// @param maxRecordBytes largest value of a record, in bytes
/// @param extra further client properties, such as security settings; they win
public record KafkaOptions(String bootstrapServers, int maxRecordBytes, Map<String, String> extra) {
  /// 64 MiB: a pair of 8 clips of 16×256×256 fits three times.
  public static final int DEFAULT_MAX_RECORD_BYTES = 64 << 20;

  /// Room for a record's key, headers and framing.
  private static final int OVERHEAD = 64 << 10;

  /// What a usual record has of these.
  private static final int FRAMING = 4 << 10;

  private static final int SEGMENT_BYTES = 64 << 20;

  public KafkaOptions {
    extra = Map.copyOf(extra);
    if (maxRecordBytes < 1 << 20 || maxRecordBytes > 1 << 30) {
      throw new IllegalArgumentException(
          "--max-record-bytes " + maxRecordBytes + " is outside 1 MiB to 1 GiB");
    }
  }

  public KafkaOptions(String bootstrapServers) {
    this(bootstrapServers, DEFAULT_MAX_RECORD_BYTES, Map.of());
  }

  /// Settings of an administrative client.
  public Map<String, Object> admin() {
    Map<String, Object> settings = common();
    settings.put("default.api.timeout.ms", 60_000);
    settings.putAll(extra);
    return settings;
  }

  /// A producer that never gives up a record and never reorders: idempotent, acks=all, no timeout
  /// on delivery.
  ///
  /// @param recordBytes what a usual record takes; none may take more than the fourfold of it or of
  ///   1 MiB
  public Map<String, Object> producer(long recordBytes) {
    Map<String, Object> settings = common();
    settings.putAll(producerSettings(recordBytes));
    settings.putAll(extra);
    return settings;
  }

  private Map<String, Object> producerSettings(long recordBytes) {
    int usual = bounded(recordBytes);
    Map<String, Object> settings = new HashMap<>();
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    settings.put("delivery.timeout.ms", Integer.MAX_VALUE);
    settings.put("max.block.ms", Long.MAX_VALUE);
    settings.put("linger.ms", 0);
    settings.put("compression.type", "none");
    settings.put("max.request.size", maxRecordBytes + OVERHEAD);
    // A pooled buffer as large as the records is used again; the default makes a new one each time.
    // The pool keeps as many as were ever in flight, so they are no larger than the records are.
    settings.put("batch.size", (int) Math.clamp(recordBytes + FRAMING, 16 << 10, usual));
    settings.put("buffer.memory", 4L * usual);
    settings.put("send.buffer.bytes", -1);
    return settings;
  }

  /// A consumer without a group or an offset reset of its own: the caller says where to start.
  ///
  /// @param recordBytes what a usual record takes
  public Map<String, Object> consumer(long recordBytes) {
    Map<String, Object> settings = common();
    settings.putAll(consumerSettings(recordBytes));
    settings.put("enable.auto.commit", false);
    settings.put("auto.offset.reset", "none");
    settings.putAll(extra);
    return settings;
  }

  private Map<String, Object> consumerSettings(long recordBytes) {
    int usual = bounded(recordBytes);
    Map<String, Object> settings = new HashMap<>();
    settings.put("max.partition.fetch.bytes", usual);
    settings.put("fetch.max.bytes", (int) Math.min(2L * usual, Integer.MAX_VALUE));
    settings.put("receive.buffer.bytes", -1);
    return settings;
  }

  /// Kafka Streams: at least once, a commit each second, few records buffered.
  ///
  /// @param recordBytes what a usual record takes
  public Map<String, Object> streams(String applicationId, int threads, long recordBytes) {
    Map<String, Object> settings = common();
    settings.put("application.id", applicationId);
    settings.put("processing.guarantee", "at_least_once");
    settings.put("num.stream.threads", threads);
    settings.put("commit.interval.ms", 1_000);
    settings.put("statestore.cache.max.bytes", 0);
    settings.put("buffered.records.per.partition", 2);
    // A broker that is away is waited for: only what the bytes decide may end a batch.
    settings.put("task.timeout.ms", Long.MAX_VALUE);
    producerSettings(recordBytes).forEach((key, value) -> settings.put("producer." + key, value));
    consumerSettings(recordBytes).forEach((key, value) -> settings.put("consumer." + key, value));
    settings.put("consumer.max.poll.records", 4);
    settings.put("consumer.session.timeout.ms", 10_000);
    settings.put("consumer.heartbeat.interval.ms", 3_000);
    settings.putAll(extra);
    return settings;
  }

  /// Settings of a topic for batches: nothing is deleted by time or size, only by `deleteRecords`,
  /// and whole segments leave the disk soon after.
  public Map<String, String> batchTopic() {
    return Map.of(
        "max.message.bytes", Integer.toString(maxRecordBytes + OVERHEAD),
        "segment.bytes", Integer.toString(Math.max(SEGMENT_BYTES, maxRecordBytes + 2 * OVERHEAD)),
        "retention.ms", "-1",
        "retention.bytes", "-1",
        "message.timestamp.type", "LogAppendTime",
        "file.delete.delay.ms", "1000",
        "compression.type", "producer");
  }

  /// Settings of a topic for small JSON records that are kept while the run lives.
  public Map<String, String> journalTopic() {
    return smallRecords(-1);
  }

  /// Settings of the topic for what could not be used: the newest GiB of it.
  public Map<String, String> rejectedTopic() {
    return smallRecords(1L << 30);
  }

  private static Map<String, String> smallRecords(long retentionBytes) {
    return Map.of(
        "max.message.bytes", Integer.toString(1 << 20),
        "segment.bytes", Integer.toString(SEGMENT_BYTES),
        "retention.ms", "-1",
        "retention.bytes", Long.toString(retentionBytes),
        "message.timestamp.type", "LogAppendTime");
  }

  /// Settings of a broker that can hold such records.
  public Map<String, String> broker() {
    return Map.of(
        "message.max.bytes", Integer.toString(maxRecordBytes + OVERHEAD),
        "replica.fetch.max.bytes", Integer.toString(maxRecordBytes + OVERHEAD),
        "socket.request.max.bytes",
            Integer.toString(Math.max(100 << 20, maxRecordBytes + 16 * OVERHEAD)),
        "socket.send.buffer.bytes", "-1",
        "socket.receive.buffer.bytes", "-1",
        "log.retention.check.interval.ms", "5000",
        "log.segment.delete.delay.ms", "1000");
  }

  private Map<String, Object> common() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.put("reconnect.backoff.max.ms", 1_000);
    settings.put("metric.reporters", "");
    settings.putAll(extra);
    return settings;
  }

  private int bounded(long recordBytes) {
    return (int) Math.max(1 << 20, Math.min(recordBytes + OVERHEAD, maxRecordBytes + OVERHEAD));
  }
}
