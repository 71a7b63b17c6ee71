/// SwapMix and crops over bytes: one specification in plain Java and faster kernels that equal it
/// bit for bit. Knows nothing of Kafka, of records or of random numbers.
@NullMarked
package io.pairstream.kernel;

import org.jspecify.annotations.NullMarked;
