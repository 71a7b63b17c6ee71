/// A run's identity, instances, order and credit: what lets a killed process change nothing.
@NullMarked
package io.pairstream.run;

import org.jspecify.annotations.NullMarked;
