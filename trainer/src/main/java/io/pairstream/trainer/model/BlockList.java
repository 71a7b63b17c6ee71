package io.pairstream.trainer.model;

import ai.djl.ndarray.NDArray;

/// Blocks under names, applied one by one by whoever holds them: what a `ModuleList` or a module
/// with several inputs is to the state dict.
final class BlockList extends TorchBlock {
  /// Adds a block under a name.
  <B extends TorchBlock> B with(String name, B block) {
    return member(name, block);
  }

  @Override
  public NDArray apply(NDArray x, Pass pass) {
    throw new UnsupportedOperationException("these blocks are applied one by one");
  }
}
