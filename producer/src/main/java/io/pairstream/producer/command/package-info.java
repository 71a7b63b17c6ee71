/// The commands of the producer, with their options.
@NullMarked
package io.pairstream.producer.command;

import org.jspecify.annotations.NullMarked;
