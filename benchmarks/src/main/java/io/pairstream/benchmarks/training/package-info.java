/// Training steps beside PyTorch's, in half the precision, and a thousand times.
@NullMarked
package io.pairstream.benchmarks.training;

import org.jspecify.annotations.NullMarked;
