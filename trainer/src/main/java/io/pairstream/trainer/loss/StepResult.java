package io.pairstream.trainer.loss;

/// What a training batch came to.
///
/// @param loss the whole loss
/// @param crossEntropy on the originals
/// @param alignment KL, not weighted; 0 without augmented rows
/// @param clips how many originals
/// @param top1 how many originals were classified right
/// @param top5 how many had their class among the first five
public record StepResult(
    double loss, double crossEntropy, double alignment, int clips, int top1, int top5) {}
