/// The commands of the augmenter, with their options.
@NullMarked
package io.pairstream.augmenter.command;

import org.jspecify.annotations.NullMarked;
