/// Pictures and charts.
@NullMarked
package io.pairstream.watch.picture;

import org.jspecify.annotations.NullMarked;
