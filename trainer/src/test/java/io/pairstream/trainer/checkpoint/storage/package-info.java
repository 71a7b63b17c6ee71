@NullMarked
package io.pairstream.trainer.checkpoint.storage;

import org.jspecify.annotations.NullMarked;
