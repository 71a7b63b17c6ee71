/// Pairstream: pairs of original and augmented video clips, streamed to trainers.
@NullMarked
package io.pairstream;

import org.jspecify.annotations.NullMarked;
