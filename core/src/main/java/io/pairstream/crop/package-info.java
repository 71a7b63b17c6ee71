/// Which part of a video's frames is shown and at what size: functions of numbers and pixels,
/// without I/O and without randomness of their own.
@NullMarked
package io.pairstream.crop;

import org.jspecify.annotations.NullMarked;
