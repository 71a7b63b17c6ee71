/// What can be done to clips: the interface of an augmentation, the built-in ones, and the text
/// that names them. Knows nothing of Kafka.
@NullMarked
package io.pairstream.augment;

import org.jspecify.annotations.NullMarked;
