@NullMarked
package io.pairstream.trainer.evaluation;

import org.jspecify.annotations.NullMarked;
