@NullMarked
package io.pairstream.local.run;

import org.jspecify.annotations.NullMarked;
