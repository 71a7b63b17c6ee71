/// The commands of the watch, with their options.
@NullMarked
package io.pairstream.watch.command;

import org.jspecify.annotations.NullMarked;
