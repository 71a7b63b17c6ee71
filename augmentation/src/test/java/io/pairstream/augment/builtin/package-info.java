/// Tests of the package of this name.
@NullMarked
package io.pairstream.augment.builtin;

import org.jspecify.annotations.NullMarked;
