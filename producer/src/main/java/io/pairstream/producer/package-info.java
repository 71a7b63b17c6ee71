/// Placeholder.
@NullMarked
package io.pairstream.producer;

import org.jspecify.annotations.NullMarked;
