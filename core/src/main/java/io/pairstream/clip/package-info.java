/// What travels and what it is made of: tensors, clip batches, pair batches. The JDK only.
@NullMarked
package io.pairstream.clip;

import org.jspecify.annotations.NullMarked;
