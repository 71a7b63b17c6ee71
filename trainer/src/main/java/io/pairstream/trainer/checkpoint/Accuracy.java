package io.pairstream.trainer.checkpoint;

/// How many clips of a validation set were classified right.
///
/// @param clips how many were decoded and tested
/// @param top1 share whose class came first, 0 to 1
/// @param top5 share whose class was among the first five, 0 to 1
public record Accuracy(long clips, double top1, double top5) {}
