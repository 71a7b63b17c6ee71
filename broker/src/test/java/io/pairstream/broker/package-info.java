@NullMarked
package io.pairstream.broker;

import org.jspecify.annotations.NullMarked;
