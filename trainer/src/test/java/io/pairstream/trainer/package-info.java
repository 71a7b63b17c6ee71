@NullMarked
package io.pairstream.trainer;

import org.jspecify.annotations.NullMarked;
