/// The commands of the cli, with their options.
@NullMarked
package io.pairstream.cli;

import org.jspecify.annotations.NullMarked;
