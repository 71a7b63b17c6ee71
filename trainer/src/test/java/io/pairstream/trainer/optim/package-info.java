@NullMarked
package io.pairstream.trainer.optim;

import org.jspecify.annotations.NullMarked;
