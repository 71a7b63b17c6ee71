@NullMarked
package io.pairstream.trainer.model;

import org.jspecify.annotations.NullMarked;
