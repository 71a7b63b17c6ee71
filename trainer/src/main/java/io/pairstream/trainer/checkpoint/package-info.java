/// What a trainer needs to go on as if it had never stopped.
@NullMarked
package io.pairstream.trainer.checkpoint;

import org.jspecify.annotations.NullMarked;
