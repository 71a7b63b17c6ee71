/// A test of a model on videos: a child process decodes, this one asks the model and writes what
/// came of it.
@NullMarked
package io.pairstream.local.evaluate;

import org.jspecify.annotations.NullMarked;
