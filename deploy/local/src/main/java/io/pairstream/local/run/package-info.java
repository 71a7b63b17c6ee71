/// A whole run on this machine: its folder, its broker, its services.
@NullMarked
package io.pairstream.local.run;

import org.jspecify.annotations.NullMarked;
