@NullMarked
package io.pairstream.local.demo;

import org.jspecify.annotations.NullMarked;
