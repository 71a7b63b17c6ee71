@NullMarked
package io.pairstream.local.evaluate;

import org.jspecify.annotations.NullMarked;
