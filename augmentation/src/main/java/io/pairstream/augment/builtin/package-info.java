/// The built-in augmentations but SwapMix: what is drawn for each clip, and which arithmetic of
/// `augment.pixel` is done with it. Found by name only, as plug-ins are.
@NullMarked
package io.pairstream.augment.builtin;

import org.jspecify.annotations.NullMarked;
