/// Batches whose rows and targets are blended with one another.
@NullMarked
package io.pairstream.trainer.mix;

import org.jspecify.annotations.NullMarked;
