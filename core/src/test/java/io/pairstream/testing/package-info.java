/// What the tests of all modules share: golden numbers, and what a machine may lack.
@NullMarked
package io.pairstream.testing;

import org.jspecify.annotations.NullMarked;
