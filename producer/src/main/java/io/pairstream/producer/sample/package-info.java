/// Which frames of a video are shown: functions of numbers, without I/O and without randomness of
/// their own.
@NullMarked
package io.pairstream.producer.sample;

import org.jspecify.annotations.NullMarked;
