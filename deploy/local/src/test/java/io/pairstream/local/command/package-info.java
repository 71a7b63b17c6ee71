@NullMarked
package io.pairstream.local.command;

import org.jspecify.annotations.NullMarked;
