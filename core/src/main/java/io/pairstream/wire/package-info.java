/// The records on the wire: safetensors values, headers, and the two batch schemas.
@NullMarked
package io.pairstream.wire;

import org.jspecify.annotations.NullMarked;
