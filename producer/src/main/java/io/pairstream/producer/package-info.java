/// Videos to clip batches in RUN.clips: the first stage.
///
/// | thread | does |
/// |---|---|
/// | the caller's of [ProducerService#run] | puts batches together, sends them, writes the journal |
/// | `decode-N` | decode clips ahead of need |
/// | `flow-control` | asks how far the trainers have got, deletes what they no longer need |
@NullMarked
package io.pairstream.producer;

import org.jspecify.annotations.NullMarked;
