/// The whole pipeline as a user runs it: processes, a real broker, real videos.
@NullMarked
package io.pairstream.local.pipeline;

import org.jspecify.annotations.NullMarked;
