/// The commands of the broker, with their options.
@NullMarked
package io.pairstream.broker.command;

import org.jspecify.annotations.NullMarked;
