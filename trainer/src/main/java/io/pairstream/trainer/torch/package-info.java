/// What the trainer asks of libtorch beyond DJL's engine-neutral arrays. The only package that
/// imports `ai.djl.pytorch`.
@NullMarked
package io.pairstream.trainer.torch;

import org.jspecify.annotations.NullMarked;
