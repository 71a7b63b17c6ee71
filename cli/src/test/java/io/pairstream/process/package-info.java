@NullMarked
package io.pairstream.process;

import org.jspecify.annotations.NullMarked;
