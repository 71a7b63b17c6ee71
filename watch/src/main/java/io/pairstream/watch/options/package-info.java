/// Options of the commands that look at a run.
@NullMarked
package io.pairstream.watch.options;

import org.jspecify.annotations.NullMarked;
