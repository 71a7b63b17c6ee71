/// Videos to frames and back, through FFmpeg's libraries: the only package that imports
/// `org.bytedeco`.
///
/// A reader or a writer belongs to one thread and decodes or encodes on it; as many of them as
/// there are cores run side by side. Nothing native outlives `close()`, nothing waits for the
/// garbage collector.
///
/// What the bytes decide is a [VideoException]: the same file fails again in the same way. What the
/// moment decides (permissions, a failing disk) is an [java.io.IOException].
@NullMarked
package io.pairstream.producer.video;

import org.jspecify.annotations.NullMarked;
