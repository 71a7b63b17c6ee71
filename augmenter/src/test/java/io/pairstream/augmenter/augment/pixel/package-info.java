/// Tests of the package of this name.
@NullMarked
package io.pairstream.augmenter.augment.pixel;

import org.jspecify.annotations.NullMarked;
