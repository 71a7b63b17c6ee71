@NullMarked
package io.pairstream.local.report;

import org.jspecify.annotations.NullMarked;
