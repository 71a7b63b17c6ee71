/// The demo: a task that shows what mixed channel augmentation is for, drawn on the spot.
///
/// The class of a clip is the motion of its shape; in training the shape's colour follows the class
/// in nine clips of ten, so that a model may learn the colour instead. Everything here makes
/// ordinary video files and ordinary command lines; no other package knows the task.
@NullMarked
package io.pairstream.local.demo;

import org.jspecify.annotations.NullMarked;
