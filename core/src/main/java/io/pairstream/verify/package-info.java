/// The proof: which batches of a run exist once, twice, never. It reads; it never takes part.
@NullMarked
package io.pairstream.verify;

import org.jspecify.annotations.NullMarked;
