/// Options of the commands of the local run that several of them share.
@NullMarked
package io.pairstream.local.options;

import org.jspecify.annotations.NullMarked;
