/// Placeholder.
@NullMarked
package io.pairstream.benchmarks;

import org.jspecify.annotations.NullMarked;
