package io.pairstream.broker;

import io.pairstream.ops.ServiceException;
import io.pairstream.process.BrokerAddress;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapMetadata;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.fault.FaultHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/// One Kafka node, broker and controller in one, reachable from this machine only. Its data
/// outlives it, also after kill -9.
public final class EmbeddedBroker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
  private static final int NODE_ID = 1;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final BrokerDirectory directory;
  private final Map<String, String> addresses;
  private final Metrics metrics;
  private final ControllerServer controller;
  private final BrokerServer broker;

  private EmbeddedBroker(
      BrokerDirectory directory,
      Map<String, String> addresses,
      Metrics metrics,
      ControllerServer controller,
      BrokerServer broker) {
    this.directory = directory;
    this.addresses = addresses;
    this.metrics = metrics;
    this.controller = controller;
    this.broker = broker;
  }

  /// Starts a broker and waits until it serves.
  ///
  /// @param onFault told what broke when the broker cannot go on; called by a thread of Kafka's
  /// @throws ServiceException when the directory or the port cannot be used
  public static EmbeddedBroker start(BrokerOptions options, Consumer<Throwable> onFault) {
    BrokerDirectory directory = BrokerDirectory.open(options.directory());
    try {
      return start(directory, options, onFault);
    } catch (Throwable e) {
      closeAfter(e, directory);
      throw e;
    }
  }

  private static EmbeddedBroker start(
      BrokerDirectory directory, BrokerOptions options, Consumer<Throwable> onFault) {
    try (ListeningSockets sockets = ListeningSockets.bind(ports(options))) {
      format(directory.log());
      KafkaConfig config =
          KafkaConfig.fromProps(
              BrokerSettings.of(directory.log(), sockets.addresses(), options), false);
      Tuple2<MetaPropertiesEnsemble, BootstrapMetadata> stored =
          KafkaRaftServer.initializeLogDirs(config, LOG, "");
      Metrics metrics =
          Server.initializeMetrics(config, Time.SYSTEM, stored._1().clusterId().orElseThrow());
      SharedServer shared =
          new SharedServer(
              config,
              stored._1(),
              Time.SYSTEM,
              metrics,
              CompletableFuture.completedFuture(
                  QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
              QuorumConfig.parseBootstrapServers(config.quorumConfig().bootstrapServers()),
              (name, fatal, action) -> faultHandler(name, fatal, action, onFault),
              sockets);
      ControllerServer controller =
          new ControllerServer(shared, KafkaRaftServer.configSchema(), stored._2());
      BrokerServer broker = new BrokerServer(shared);
      EmbeddedBroker embedded =
          new EmbeddedBroker(directory, sockets.addresses(), metrics, controller, broker);
      try {
        controller.startup();
        broker.startup();
        directory.publish(embedded.bootstrap());
      } catch (Throwable e) {
        embedded.stopAfter(e);
        throw e;
      }
      return embedded;
    } catch (IOException e) {
      throw ServiceException.environment(
          "broker cannot keep its data in '" + options.directory() + "': " + BrokerAddress.cause(e),
          e);
    }
  }

  private static Map<String, Integer> ports(BrokerOptions options) {
    Map<String, Integer> ports = new HashMap<>();
    ports.put(ListeningSockets.CLIENTS, options.port());
    ports.put(ListeningSockets.CONTROLLER, 0);
    options.secured().ifPresent(it -> ports.put(ListeningSockets.SECURED, it.port()));
    return ports;
  }

  /// Prepares an empty data folder; does nothing when it was prepared before.
  private static void format(Path log) throws IOException {
    if (Files.exists(log.resolve("meta.properties"))) {
      return;
    }
    Files.createDirectories(log);
    try (PrintStream silence =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(silence)
          .setNodeId(NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .addDirectory(log.toString())
          .setMetadataLogDirectory(log.toString())
          .setControllerListenerName(ListeningSockets.CONTROLLER)
          .setIgnoreFormatted(true)
          .run();
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  private static FaultHandler faultHandler(
      String name, boolean fatal, Runnable action, Consumer<Throwable> onFault) {
    return (message, cause) -> {
      LOG.error("broker fault in {}: {}", name, message, cause);
      action.run();
      RuntimeException fault = new RuntimeException(message, cause);
      if (fatal) {
        onFault.accept(fault);
      }
      return fault;
    };
  }

  /// `127.0.0.1:port`.
  public String bootstrap() {
    return address(ListeningSockets.CLIENTS);
  }

  /// `127.0.0.1:port` of the secured listener.
  ///
  /// @throws IllegalStateException when it was started without one
  public String securedBootstrap() {
    return address(ListeningSockets.SECURED);
  }

  private String address(String listener) {
    String address = addresses.get(listener);
    if (address == null) {
      throw new IllegalStateException("this broker has no listener " + listener);
    }
    return address;
  }

  /// Stops serving, writes everything down, and lets go of the folder.
  @Override
  public void close() {
    stop();
    try {
      directory.close();
    } catch (IOException e) {
      LOG.warn("broker folder: {}", e.getMessage());
    }
  }

  private void stop() {
    // The broker first: it tells the controller that it leaves.
    broker.shutdown(CLOSE_TIMEOUT);
    controller.shutdown();
    broker.awaitShutdown();
    controller.awaitShutdown();
    metrics.close();
  }

  private void stopAfter(Throwable failure) {
    try {
      stop();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private static void closeAfter(Throwable failure, BrokerDirectory directory) {
    try {
      directory.close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
