/// What there is to stream: labelled videos, listed by one class a dataset format.
///
/// Listing touches no video: it reads folders, lists and file sizes. A video is a file or a folder
/// of numbered images.
@NullMarked
package io.pairstream.producer.dataset;

import org.jspecify.annotations.NullMarked;
