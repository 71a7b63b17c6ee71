package io.pairstream.trainer.checkpoint.storage;

class MemoryStorageTest extends CheckpointStorageContract {
  private final MemoryStorage storage = new MemoryStorage();

  @Override
  CheckpointStorage open() {
    return storage;
  }
}
