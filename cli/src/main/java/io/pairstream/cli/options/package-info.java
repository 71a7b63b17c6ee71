/// The options of the command line, grouped as the commands share them.
@NullMarked
package io.pairstream.cli.options;

import org.jspecify.annotations.NullMarked;
