/// What this machine has and lacks. Each native library is tried in a child process: one that does
/// not fit the machine may end the process that loads it.
@NullMarked
package io.pairstream.local.doctor;

import org.jspecify.annotations.NullMarked;
