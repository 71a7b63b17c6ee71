package io.pairstream.broker;

import io.pairstream.config.ClientSettings;
import io.pairstream.config.KafkaOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The settings of a broker that stands alone, is small, and never forgets by itself.
final class BrokerSettings {
  private static final long QUEUED_REQUEST_BYTES = 256L << 20;

  private BrokerSettings() {}

  /// @param log Kafka's folder
  /// @param addresses of the listeners, by their names
  static Properties of(Path log, Map<String, String> addresses, BrokerOptions options) {
    Properties settings = new Properties();
    settings.putAll(new KafkaOptions("", options.maxRecordBytes(), ClientSettings.NONE).broker());
    settings.putAll(node(log, addresses));
    options.secured().ifPresent(secured -> settings.putAll(secured.settings()));
    settings.putAll(alone());
    settings.putAll(soonBack());
    settings.putAll(small());
    settings.putAll(lasting());
    return settings;
  }

  private static Map<String, String> node(Path log, Map<String, String> addresses) {
    Map<String, String> advertised = new TreeMap<>(addresses);
    String controller = Objects.requireNonNull(advertised.remove(ListeningSockets.CONTROLLER));
    return Map.of(
        "process.roles",
        "broker,controller",
        "node.id",
        "1",
        "listeners",
        listeners(addresses),
        "advertised.listeners",
        listeners(advertised),
        "listener.security.protocol.map",
        "CLIENTS:PLAINTEXT,SECURED:SASL_SSL,CONTROLLER:PLAINTEXT",
        "controller.listener.names",
        ListeningSockets.CONTROLLER,
        "inter.broker.listener.name",
        ListeningSockets.CLIENTS,
        "controller.quorum.voters",
        "1@" + controller,
        "log.dirs",
        log.toAbsolutePath().toString());
  }

  private static String listeners(Map<String, String> addresses) {
    return addresses.entrySet().stream()
        .map(listener -> listener.getKey() + "://" + listener.getValue())
        .collect(Collectors.joining(","));
  }

  /// What other brokers would be needed for otherwise, and waiting for them.
  private static Map<String, String> alone() {
    return Map.of(
        "offsets.topic.replication.factor", "1",
        "transaction.state.log.replication.factor", "1",
        "transaction.state.log.min.isr", "1",
        "share.coordinator.state.topic.replication.factor", "1",
        "share.coordinator.state.topic.min.isr", "1",
        "default.replication.factor", "1",
        "min.insync.replicas", "1",
        "group.initial.rebalance.delay.ms", "0",
        "auto.create.topics.enable", "false");
  }

  /// One that was killed may come back only when its former life counts as over.
  private static Map<String, String> soonBack() {
    return Map.of("broker.session.timeout.ms", "4000", "broker.heartbeat.interval.ms", "500");
  }

  private static Map<String, String> small() {
    return Map.of(
        "offsets.topic.num.partitions", "1",
        "transaction.state.log.num.partitions", "1",
        "share.coordinator.state.topic.num.partitions", "1",
        "num.network.threads", "2",
        "num.io.threads", "4",
        "log.cleaner.threads", "1",
        "log.cleaner.dedupe.buffer.size", Integer.toString(4 << 20),
        // Requests that wait for a thread lie on the heap: bound them by bytes, not by number.
        "queued.max.request.bytes", Long.toString(QUEUED_REQUEST_BYTES));
  }

  /// A run may be resumed after months: nothing is deleted because time went by. What is deleted on
  /// purpose leaves the disk soon.
  private static Map<String, String> lasting() {
    return Map.of(
        "log.retention.ms", "-1",
        "offsets.retention.minutes", Integer.toString(Integer.MAX_VALUE),
        "log.initial.task.delay.ms", "1000",
        "log.retention.check.interval.ms", "2000",
        "log.segment.delete.delay.ms", "1000");
  }
}
