/// What a service counts and shows: the catalogue of its meters, its tally, and the server that
/// answers about it.
///
/// Threads: `management-N`, virtual, one a request.
@NullMarked
package io.pairstream.metrics;

import org.jspecify.annotations.NullMarked;
