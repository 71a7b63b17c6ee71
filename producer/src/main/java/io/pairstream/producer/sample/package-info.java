/// Which frames of a video, which part of them, and at what size: functions of numbers and pixels,
/// without I/O and without randomness of their own.
@NullMarked
package io.pairstream.producer.sample;

import org.jspecify.annotations.NullMarked;
