package io.pairstream.wire;

import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.DType;
import io.pairstream.clip.Normalization;
import io.pairstream.clip.PairBatch;
import io.pairstream.clip.PairOutline;
import io.pairstream.clip.PairRecipe;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Pair batches as the value of a `pairs/1` record: tensors `original` U8 [N,T,H,W,3], `augmented`
/// U8 or F16 of the same shape (absent with recipe encoding and with identity), `label` I64 [N],
/// `mean` and `std` F32 [3], with SwapMix `mix_weight` F32 [N] and `channel_order` I64 [3], `batch`
/// I64 [2]; metadata: the clip's keys, `augmentation`, `augmenter_version` and, where the original
/// half was changed too, `base_augmentation`.
public final class PairBatchSerde {
  private static final String ORIGINAL = "original";
  private static final String AUGMENTED = "augmented";

  private PairBatchSerde() {}

  public static byte[] encode(PairBatch batch) {
    SafeTensors small = withoutHalves(batch.outline());
    SortedMap<String, Tensor> all = new TreeMap<>(small.tensors());
    all.put(ORIGINAL, batch.original());
    batch.augmented().ifPresent(half -> all.put(AUGMENTED, half));
    return new SafeTensors(all, small.metadata()).encode();
  }

  /// The value of a record whose halves are still to be made, in their place.
  ///
  /// @param value zeros where the halves go
  /// @param original where the original half goes, U8 [N,T,H,W,3]
  /// @param augmented where the augmented half goes, if it travels
  public record Draft(byte[] value, Tensor original, Optional<Tensor> augmented) {}

  /// The value of a pair's record but for its halves: when these are written, it is what [#encode]
  /// makes of the whole pair.
  ///
  /// @throws IllegalArgumentException as [SafeTensors#draft] does
  public static Draft draft(PairOutline outline) {
    SortedMap<String, SafeTensors.Blank> halves = new TreeMap<>();
    halves.put(ORIGINAL, new SafeTensors.Blank(DType.U8, outline.shape()));
    outline
        .augmented()
        .ifPresent(type -> halves.put(AUGMENTED, new SafeTensors.Blank(type, outline.shape())));
    SafeTensors.Draft draft = withoutHalves(outline).draft(halves);
    return new Draft(
        draft.bytes(),
        draft.blank(ORIGINAL),
        outline.augmented().map(type -> draft.blank(AUGMENTED)));
  }

  private static SafeTensors withoutHalves(PairOutline batch) {
    SortedMap<String, Tensor> tensors = new TreeMap<>();
    tensors.put("label", batch.label());
    tensors.put("mean", floats(batch.normalization().mean()));
    tensors.put("std", floats(batch.normalization().std()));
    tensors.put("batch", BatchFields.batch(batch.id()));
    if (batch.recipe() instanceof PairRecipe.SwapMix mix) {
      tensors.put("mix_weight", floats(mix.mixWeight()));
      long[] order = mix.channelOrder().stream().mapToLong(Integer::longValue).toArray();
      tensors.put("channel_order", Tensor.ofLongs(Shape.of(3), order));
    }
    SortedMap<String, String> metadata = new TreeMap<>();
    metadata.put("clip_ids", BatchFields.json(batch.clipIds()));
    metadata.put("producer_version", batch.lineage().clips().producerVersion());
    metadata.put("sampling", batch.lineage().clips().sampling());
    metadata.put("augmentation", batch.recipe().augmentation());
    metadata.put("augmenter_version", batch.lineage().augmenterVersion());
    batch.lineage().baseAugmentation().ifPresent(text -> metadata.put("base_augmentation", text));
    return new SafeTensors(tensors, metadata);
  }

  /// Reads a record's value; the tensors are views of it.
  ///
  /// @throws MalformedRecordException naming the tensor or field that is wrong
  public static PairBatch decode(byte[] value) throws MalformedRecordException {
    SafeTensors in = SafeTensors.decode(value);
    BatchFields.requireOnly(
        in, ORIGINAL, AUGMENTED, "label", "mean", "std", "mix_weight", "channel_order", "batch");
    try {
      return new PairBatch(
          BatchFields.batch(in),
          in.get(ORIGINAL),
          Optional.ofNullable(in.tensors().get(AUGMENTED)),
          recipe(in),
          in.get("label"),
          new Normalization(floats(in, "mean"), floats(in, "std")),
          BatchFields.strings(in, "clip_ids"),
          new PairBatch.Lineage(
              new ClipBatch.Lineage(
                  BatchFields.text(in, "producer_version"), BatchFields.text(in, "sampling")),
              BatchFields.text(in, "augmenter_version"),
              Optional.ofNullable(in.metadata().get("base_augmentation"))));
    } catch (IllegalArgumentException e) {
      throw new MalformedRecordException(String.valueOf(e.getMessage()), e);
    }
  }

  private static PairRecipe recipe(SafeTensors in) throws MalformedRecordException {
    String augmentation = BatchFields.text(in, "augmentation");
    boolean weights = in.tensors().containsKey("mix_weight");
    boolean order = in.tensors().containsKey("channel_order");
    if (weights != order) {
      throw new MalformedRecordException(
          "tensor '" + (weights ? "channel_order" : "mix_weight") + "' is missing");
    }
    if (augmentation.equals("identity")) {
      if (weights) {
        throw new MalformedRecordException("tensor 'mix_weight' beside augmentation=identity");
      }
      return new PairRecipe.Identity();
    }
    if (!weights) {
      return new PairRecipe.Opaque(augmentation);
    }
    Tensor mixWeight = in.get("mix_weight");
    if (mixWeight.dtype() != DType.F32 || mixWeight.shape().rank() != 1) {
      throw new MalformedRecordException(
          "tensor 'mix_weight' is "
              + mixWeight.dtype()
              + " "
              + mixWeight.shape()
              + ", not F32 [N]");
    }
    List<Float> mix = new ArrayList<>();
    for (float weight : mixWeight.toFloats()) {
      mix.add(weight);
    }
    List<Integer> channels = new ArrayList<>();
    for (long channel :
        BatchFields.require(in, "channel_order", DType.I64, Shape.of(3)).toLongs()) {
      channels.add(channel >= 0 && channel < 3 ? (int) channel : -1);
    }
    return new PairRecipe.SwapMix(augmentation, mix, channels);
  }

  private static Tensor floats(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return Tensor.ofFloats(Shape.of(array.length), array);
  }

  private static List<Float> floats(SafeTensors in, String name) throws MalformedRecordException {
    List<Float> values = new ArrayList<>();
    for (float value : BatchFields.require(in, name, DType.F32, Shape.of(3)).toFloats()) {
      values.add(value);
    }
    return values;
  }
}
