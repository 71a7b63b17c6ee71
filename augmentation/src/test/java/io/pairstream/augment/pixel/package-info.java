/// Tests of the package of this name.
@NullMarked
package io.pairstream.augment.pixel;

import org.jspecify.annotations.NullMarked;
