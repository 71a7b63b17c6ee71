/// Arithmetic on the pixels of a clip: pure functions of bytes and parameters, which change a clip
/// in its place. Knows nothing of batches, of texts or of random numbers.
@NullMarked
package io.pairstream.augment.pixel;

import org.jspecify.annotations.NullMarked;
