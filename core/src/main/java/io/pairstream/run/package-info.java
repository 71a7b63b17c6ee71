/// A run's identity, order, credit and ledger: what lets a killed process change nothing.
@NullMarked
package io.pairstream.run;

import org.jspecify.annotations.NullMarked;
