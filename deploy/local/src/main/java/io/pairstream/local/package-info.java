/// Placeholder.
@NullMarked
package io.pairstream.local;

import org.jspecify.annotations.NullMarked;
