/// Services as child processes of this one: started, watched, started again, stopped in order.
///
/// Threads: `watch-NAME` waits for the end of a child, one a child.
@NullMarked
package io.pairstream.process;

import org.jspecify.annotations.NullMarked;
