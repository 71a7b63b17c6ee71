@NullMarked
package io.pairstream.local.trainer;

import org.jspecify.annotations.NullMarked;
