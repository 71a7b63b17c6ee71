/// Reads the topics of a run for a trainer: RUN.pairs, each batch once and in order, and
/// RUN.validation. Knows nothing of models, and nothing else in the trainer reads records of clips
/// or pairs.
///
/// | thread | does |
/// |---|---|
/// | `pair-reader` | reads RUN.pairs, decides which record is the next batch, commits |
/// | the training thread | takes batches, asks for commits, reads RUN.validation |
///
/// [io.pairstream.trainer.stream.PairStream] and [io.pairstream.trainer.stream.ValidationClips] are
/// all that training knows of it; [io.pairstream.trainer.stream.PairSource] and
/// [io.pairstream.trainer.stream.ValidationTopic] are what is behind them.
@NullMarked
package io.pairstream.trainer.stream;

import org.jspecify.annotations.NullMarked;
