/// What runs on a machine with a GPU and without the rest of this project: see `benchmarks/gpu`.
@NullMarked
package io.pairstream.benchmarks.gpu;

import org.jspecify.annotations.NullMarked;
