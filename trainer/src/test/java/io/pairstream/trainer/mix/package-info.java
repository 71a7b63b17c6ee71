@NullMarked
package io.pairstream.trainer.mix;

import org.jspecify.annotations.NullMarked;
