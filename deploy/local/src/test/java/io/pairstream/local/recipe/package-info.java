@NullMarked
package io.pairstream.local.recipe;

import org.jspecify.annotations.NullMarked;
