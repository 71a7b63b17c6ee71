/// Makes pairs of clips: a Kafka Streams topology around pure functions.
///
/// Threads: `RUN.augmenter-…-StreamThread-n` read, augment and write, each with its own kernel and
/// Kafka clients; the thread that runs [io.pairstream.augmenter.AugmenterService] waits for the
/// end.
@NullMarked
package io.pairstream.augmenter;

import org.jspecify.annotations.NullMarked;
