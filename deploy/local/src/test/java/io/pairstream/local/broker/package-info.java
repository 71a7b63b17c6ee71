@NullMarked
package io.pairstream.local.broker;

import org.jspecify.annotations.NullMarked;
