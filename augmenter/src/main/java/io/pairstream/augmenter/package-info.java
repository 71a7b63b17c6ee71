/// Placeholder.
@NullMarked
package io.pairstream.augmenter;

import org.jspecify.annotations.NullMarked;
