/// The commands of the trainer, with their options.
@NullMarked
package io.pairstream.trainer.command;

import org.jspecify.annotations.NullMarked;
