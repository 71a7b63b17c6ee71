@NullMarked
package io.pairstream.trainer.checkpoint;

import org.jspecify.annotations.NullMarked;
