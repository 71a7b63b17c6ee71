/// Reading files of weights as PyTorch, PySlowFast and others leave them, without libtorch and
/// without running what is in them; and matching their names to a model's.
///
/// A pickle is a program. [Unpickler] runs it on values that can only hold what a state dict is
/// made of, names of a short list may be called, and everything is bounded before it is allocated.
@NullMarked
package io.pairstream.trainer.weights;

import org.jspecify.annotations.NullMarked;
