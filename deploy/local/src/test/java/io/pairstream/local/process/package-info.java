@NullMarked
package io.pairstream.local.process;

import org.jspecify.annotations.NullMarked;
