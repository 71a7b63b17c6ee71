/// Brokers for the tests of all modules.
@NullMarked
package io.pairstream.broker.testing;

import org.jspecify.annotations.NullMarked;
