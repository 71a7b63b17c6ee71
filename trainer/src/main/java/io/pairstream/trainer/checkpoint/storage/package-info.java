/// Where the checkpoints of a trainer are kept: names and bytes behind
/// [io.pairstream.trainer.checkpoint.storage.CheckpointStorage].
///
/// No threads of its own: a trainer writes from its training thread, whoever reads does so from
/// any.
@NullMarked
package io.pairstream.trainer.checkpoint.storage;

import org.jspecify.annotations.NullMarked;
