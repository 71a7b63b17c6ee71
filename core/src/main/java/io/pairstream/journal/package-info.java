/// What the processes of a run tell, RUN.progress: typed messages, their one writer and their one
/// reader.
@NullMarked
package io.pairstream.journal;

import org.jspecify.annotations.NullMarked;
