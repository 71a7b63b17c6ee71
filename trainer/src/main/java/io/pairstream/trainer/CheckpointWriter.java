package io.pairstream.trainer;

import io.pairstream.clip.Tensor;
import io.pairstream.journal.Event;
import io.pairstream.journal.Journal;
import io.pairstream.journal.Message;
import io.pairstream.trainer.checkpoint.Checkpoint;
import io.pairstream.trainer.checkpoint.CheckpointStore;
import io.pairstream.trainer.checkpoint.Manifest;
import io.pairstream.trainer.checkpoint.Progress;
import io.pairstream.trainer.model.StateDict;
import io.pairstream.trainer.model.VideoNet;
import io.pairstream.trainer.optim.Optimizer;
import io.pairstream.trainer.stream.PairStream;
import io.pairstream.trainer.torch.NativeTensors;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// Makes what was trained durable and tells of it, in the one order that survives a kill anywhere:
/// checkpoint, then the commit, then the journal. Confined to the training thread.
public final class CheckpointWriter {
  private final CheckpointStore store;
  private final VideoNet net;
  private final Optimizer optimizer;
  private final PairStream stream;
  private final Journal journal;
  private final List<Event> unsaved = new ArrayList<>();
  private Manifest manifest;

  /// The buffers as of the last settled batch, while batches of an unfinished step move them on.
  private SortedMap<String, Tensor> settledBuffers = new TreeMap<>();

  /// @param manifest of the checkpoint that the training goes on from
  public CheckpointWriter(
      CheckpointStore store,
      VideoNet net,
      Optimizer optimizer,
      PairStream stream,
      Journal journal,
      Manifest manifest) {
    this.store = store;
    this.net = net;
    this.optimizer = optimizer;
    this.stream = stream;
    this.journal = journal;
    this.manifest = manifest;
  }

  /// Takes note of a state that a checkpoint may hold: between two steps of the optimizer.
  ///
  /// @param done a [Message.Batch] for each batch since the state before
  /// @param moreBeforeStep whether batches may be accumulated before [#save] is called
  public void settled(Progress progress, List<Event> done, boolean moreBeforeStep) {
    manifest = manifest.with(progress, List.of());
    unsaved.addAll(done);
    settledBuffers.clear();
    if (moreBeforeStep) {
      net.buffers().forEach((name, array) -> settledBuffers.put(name, NativeTensors.copy(array)));
    }
  }

  /// How many batches the last checkpoint does not cover.
  public int unsaved() {
    return unsaved.size();
  }

  /// Writes a checkpoint of the last settled state, if it is a newer one than the last.
  ///
  /// @return whether it was
  public boolean save() throws InterruptedException {
    if (unsaved.isEmpty()) {
      return false;
    }
    Progress progress = manifest.progress();
    SortedMap<String, Tensor> state = StateDict.of(net);
    state.putAll(settledBuffers);
    Progress.Best best = progress.best();
    boolean isBest = best != null && best.next() == progress.next();
    Object where =
        store.save(
            new Checkpoint(state, optimizer.state(), manifest.with(progress, batches())), isBest);
    stream.commit(progress.next());
    List<Event> told = new ArrayList<>(unsaved);
    told.add(
        Event.now(
            new Message.Checkpoint(progress.next(), progress.steps(), isBest, where.toString())));
    journal.append(told);
    unsaved.clear();
    return true;
  }

  /// Tells of something that may be told again after a kill, at once.
  void tell(List<Message> messages) throws InterruptedException {
    journal.append(messages.stream().map(Event::now).toList());
  }

  private List<Message.Batch> batches() {
    List<Message.Batch> batches = new ArrayList<>();
    for (Event event : unsaved) {
      if (event.message() instanceof Message.Batch batch) {
        batches.add(batch);
      }
    }
    return batches;
  }
}
