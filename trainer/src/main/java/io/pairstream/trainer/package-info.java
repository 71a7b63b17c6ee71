/// Trains a model on the pairs of a run and tests it on the run's validation sets.
///
/// | thread | does |
/// |---|---|
/// | the caller of [io.pairstream.trainer.TrainerService#run()] | trains, tests, writes checkpoints; all of libtorch |
/// | `pair-reader` | reads RUN.pairs ([io.pairstream.trainer.stream]) |
/// | `trainer-shutdown` | at the end of the process, asks the training thread to stop and waits |
@NullMarked
package io.pairstream.trainer;

import org.jspecify.annotations.NullMarked;
