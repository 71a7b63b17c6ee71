/// Measures what the project promises, each figure beside its ceiling in the same run. Every
/// benchmark first proves that what it measures is right.
@NullMarked
package io.pairstream.benchmarks;

import org.jspecify.annotations.NullMarked;
