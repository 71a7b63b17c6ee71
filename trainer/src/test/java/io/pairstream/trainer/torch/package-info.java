@NullMarked
package io.pairstream.trainer.torch;

import org.jspecify.annotations.NullMarked;
