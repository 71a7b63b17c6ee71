/// What is minimised. Arrays in, arrays that a gradient can flow through out.
@NullMarked
package io.pairstream.trainer.loss;

import org.jspecify.annotations.NullMarked;
