@NullMarked
package io.pairstream.trainer.loss;

import org.jspecify.annotations.NullMarked;
