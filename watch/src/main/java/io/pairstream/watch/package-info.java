/// The reading side of a run: its folder, its broker, what its topics hold.
@NullMarked
package io.pairstream.watch;

import org.jspecify.annotations.NullMarked;
