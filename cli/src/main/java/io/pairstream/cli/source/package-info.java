/// Where options come from beside the command line: YAML files, the recipes among them, and in
/// which order the sources count.
@NullMarked
package io.pairstream.cli.source;

import org.jspecify.annotations.NullMarked;
