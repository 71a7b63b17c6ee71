/// What Kafka carries, with and without the augmenter in between.
@NullMarked
package io.pairstream.benchmarks.transport;

import org.jspecify.annotations.NullMarked;
