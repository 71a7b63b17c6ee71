/// Optimizers with the arithmetic of `torch.optim`, and learning rates as functions of the step.
@NullMarked
package io.pairstream.trainer.optim;

import org.jspecify.annotations.NullMarked;
