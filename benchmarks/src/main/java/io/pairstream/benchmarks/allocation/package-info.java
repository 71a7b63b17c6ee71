/// What the hot path takes from the heap, measured by JMH.
@NullMarked
package io.pairstream.benchmarks.allocation;

import org.jspecify.annotations.NullMarked;
