package io.pairstream.trainer.checkpoint;

import io.pairstream.clip.Tensor;
import java.util.SortedMap;

/// A moment of a training. Identities of batches, never offsets.
///
/// @param model parameters and buffers, by reference name
/// @param optimizer the optimizer's state
/// @param manifest all the rest
public record Checkpoint(
    SortedMap<String, Tensor> model, SortedMap<String, Tensor> optimizer, Manifest manifest) {}
