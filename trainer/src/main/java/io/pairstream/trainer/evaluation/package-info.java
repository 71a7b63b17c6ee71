/// Testing a trained model on videos: what it says of each, and what that comes to.
@NullMarked
package io.pairstream.trainer.evaluation;

import org.jspecify.annotations.NullMarked;
