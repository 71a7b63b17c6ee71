/// A real single-node Kafka for this machine, in a process of its own.
///
/// Threads: Kafka's own (request handlers, network, log cleaner, raft); `broker-space` watches the
/// room on the disk.
@NullMarked
package io.pairstream.broker;

import org.jspecify.annotations.NullMarked;
