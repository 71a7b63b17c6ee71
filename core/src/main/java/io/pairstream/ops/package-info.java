/// How services start, are watched, report and end.
///
/// Threads: `parent-watch` ends the process when its launcher is gone.
@NullMarked
package io.pairstream.ops;

import org.jspecify.annotations.NullMarked;
