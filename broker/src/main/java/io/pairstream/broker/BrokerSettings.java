package io.pairstream.broker;

import io.pairstream.config.ClientSettings;
import io.pairstream.config.KafkaOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/// The settings of a broker that stands alone, is small, and never forgets by itself.
final class BrokerSettings {
  private static final long QUEUED_REQUEST_BYTES = 256L << 20;

  private BrokerSettings() {}

  static Properties of(Path log, ListeningSockets sockets, int maxRecordBytes) {
    return of(log, sockets.clientPort(), sockets.controllerPort(), maxRecordBytes);
  }

  static Properties of(Path log, int clientPort, int controllerPort, int maxRecordBytes) {
    Properties settings = new Properties();
    settings.putAll(new KafkaOptions("", maxRecordBytes, ClientSettings.NONE).broker());
    settings.putAll(node(log, clientPort, controllerPort));
    settings.putAll(alone());
    settings.putAll(small());
    settings.putAll(lasting());
    return settings;
  }

  private static Map<String, String> node(Path log, int clientPort, int controllerPort) {
    String host = ListeningSockets.HOST;
    String clients = ListeningSockets.CLIENTS + "://" + host + ":" + clientPort;
    String controller = ListeningSockets.CONTROLLER + "://" + host + ":" + controllerPort;
    return Map.of(
        "process.roles",
        "broker,controller",
        "node.id",
        "1",
        "listeners",
        clients + "," + controller,
        "advertised.listeners",
        clients,
        "listener.security.protocol.map",
        "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.listener.names",
        ListeningSockets.CONTROLLER,
        "inter.broker.listener.name",
        ListeningSockets.CLIENTS,
        "controller.quorum.voters",
        "1@" + host + ":" + controllerPort,
        "log.dirs",
        log.toAbsolutePath().toString());
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
