package io.pairstream.broker;

import io.pairstream.ops.ServiceException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.server.ServerSocketFactory;

/// The sockets of a broker, bound before Kafka starts: a free port found and given up again could
/// be another process's by the time that Kafka wants it.
final class ListeningSockets implements ServerSocketFactory, AutoCloseable {
  static final String CLIENTS = "CLIENTS";
  static final String SECURED = "SECURED";
  static final String CONTROLLER = "CONTROLLER";
  static final String HOST = "127.0.0.1";

  // Below the range from which systems take the ports of outgoing connections (32768 on Linux,
  // 49152 elsewhere): a client that looks for a stopped broker could otherwise be given the
  // broker's own
  // port, connect to itself, and keep the broker from coming back to it.
  private static final int LOWEST_RANDOM_PORT = 20_000;
  private static final int HIGHEST_RANDOM_PORT = 32_000;

  private static final int BACKLOG = 64;
  private static final int ATTEMPTS = 100;

  private final Map<String, Integer> ports = new HashMap<>();

  // Put by bind, taken by the threads of Kafka that open listeners.
  private final Map<String, ServerSocketChannel> channels = new ConcurrentHashMap<>();

  private ListeningSockets() {}

  /// Binds one for each listener.
  ///
  /// @param ports by the listener's name; 0 for a random one
  /// @throws ServiceException when a port is taken
  static ListeningSockets bind(Map<String, Integer> ports) throws IOException {
    ListeningSockets sockets = new ListeningSockets();
    try {
      for (Map.Entry<String, Integer> listener : ports.entrySet()) {
        int port = listener.getValue();
        sockets.add(listener.getKey(), port == 0 ? bindAny() : bindOne(port));
      }
      return sockets;
    } catch (Throwable e) {
      sockets.close();
      throw e;
    }
  }

  private void add(String listener, ServerSocketChannel channel) {
    channels.put(listener, channel);
    ports.put(listener, channel.socket().getLocalPort());
  }

  private static ServerSocketChannel bindOne(int port) throws IOException {
    try {
      return channel(port);
    } catch (BindException e) {
      throw ServiceException.environment(
          "port " + port + " of " + HOST + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static ServerSocketChannel bindAny() throws IOException {
    BindException last = new BindException("no attempt");
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST_RANDOM_PORT, HIGHEST_RANDOM_PORT);
      try {
        return channel(port);
      } catch (BindException e) {
        last = e;
      }
    }
    throw ServiceException.environment(
        "no free port between "
            + LOWEST_RANDOM_PORT
            + " and "
            + HIGHEST_RANDOM_PORT
            + " of "
            + HOST
            + ": "
            + last.getMessage(),
        last);
  }

  private static ServerSocketChannel channel(int port) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.configureBlocking(false);
      return channel.bind(new InetSocketAddress(HOST, port), BACKLOG);
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
  }

  /// `127.0.0.1:port` of each listener.
  Map<String, String> addresses() {
    Map<String, String> addresses = new HashMap<>();
    ports.forEach((listener, port) -> addresses.put(listener, HOST + ":" + port));
    return addresses;
  }

  /// Gives Kafka the socket of a listener; from then on Kafka closes it.
  @Override
  public ServerSocketChannel openServerSocket(
      String listenerName,
      InetSocketAddress socketAddress,
      int listenBacklogSize,
      int recvBufferSize)
      throws IOException {
    ServerSocketChannel bound = channels.remove(listenerName);
    return bound != null
        ? bound
        : ServerSocketFactory.INSTANCE.openServerSocket(
            listenerName, socketAddress, listenBacklogSize, recvBufferSize);
  }

  /// Closes the sockets that Kafka did not take.
  @Override
  public void close() throws IOException {
    for (ServerSocketChannel channel : channels.values()) {
      channel.close();
    }
    channels.clear();
  }
}
