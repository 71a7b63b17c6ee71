@NullMarked
package io.pairstream.trainer.weights;

import org.jspecify.annotations.NullMarked;
