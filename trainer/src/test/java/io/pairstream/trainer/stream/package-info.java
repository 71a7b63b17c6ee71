@NullMarked
package io.pairstream.trainer.stream;

import org.jspecify.annotations.NullMarked;
