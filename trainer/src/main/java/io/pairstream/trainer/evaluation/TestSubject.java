package io.pairstream.trainer.evaluation;

import io.pairstream.clip.Normalization;
import io.pairstream.ops.ServiceException;
import io.pairstream.trainer.ChannelOrder;
import io.pairstream.trainer.InitialWeights;
import io.pairstream.trainer.ModelIdentity;
import io.pairstream.trainer.checkpoint.Manifest;
import io.pairstream.trainer.checkpoint.SavedModel;
import io.pairstream.trainer.model.ModelSpec.Crop;
import io.pairstream.trainer.model.VideoNets;
import io.pairstream.trainer.weights.WeightSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A model to test, still without libtorch.
///
/// @param model one of [VideoNets#names()], or a TorchScript file
/// @param weights where they are
/// @param channels the order in which the model takes colours
/// @param clips what its clips were, if that is known
/// @param classNames by label, if they are known
public record TestSubject(
    String model,
    Weights weights,
    ChannelOrder channels,
    Optional<Clips> clips,
    Optional<List<String>> classNames) {

  /// Where weights are.
  public sealed interface Weights {
    /// In a checkpoint.
    record Saved(SavedModel checkpoint) implements Weights {
      @Override
      public String toString() {
        return checkpoint.place();
      }
    }

    /// In a file of others.
    record OfFile(WeightSource source) implements Weights {
      @Override
      public String toString() {
        return source.toString();
      }
    }

    /// In the TorchScript file that is the model.
    record Own(String model) implements Weights {
      @Override
      public String toString() {
        return model;
      }
    }
  }

  /// What a model was trained on.
  ///
  /// @param frames T
  /// @param crop H and W
  /// @param sampling canonical text of the frame sampling
  /// @param cropText canonical text of crop and flip
  public record Clips(
      int frames, Crop crop, String sampling, String cropText, Normalization normalization) {}

  /// What is told beside where the weights are.
  ///
  /// @param model needed for a file of weights, and for a checkpoint of a TorchScript model
  /// @param channels absent: as the checkpoint says, or else RGB
  /// @param key which weights of a file; absent: where they are mostly kept
  public record Hints(
      Optional<String> model, Optional<ChannelOrder> channels, Optional<String> key) {}

  /// The model at a path: a checkpoint's folder or a file of weights.
  ///
  /// @throws ServiceException (2) if there is nothing or a hint is missing or wrong, (3) if it
  ///   cannot be read
  public static TestSubject at(Path path, Hints hints) {
    if (java.nio.file.Files.isRegularFile(path)) {
      return ofFile(path, hints);
    }
    SavedModel saved = SavedModel.find(path);
    hints
        .key()
        .ifPresent(key -> {
          throw ServiceException.usage(
              "%s %s: the checkpoint %s has but one set of weights"
                  .formatted(WeightSource.KEY_OPTION, key, saved.place()));
        });
    Manifest manifest = saved.manifest();
    ChannelOrder trained =
        ChannelOrder.parse(
            manifest.options().getOrDefault("channel-order", ChannelOrder.RGB.text()));
    if (hints.channels().isPresent() && hints.channels().get() != trained) {
      throw ServiceException.usage(
          "--channel-order %s: the checkpoint %s takes %s"
              .formatted(hints.channels().get().text(), saved.place(), trained.text()));
    }
    return new TestSubject(
        model(saved, hints.model()),
        new Weights.Saved(saved),
        trained,
        Optional.ofNullable(manifest.clips())
            .map(clips ->
                new Clips(
                    clips.frames(),
                    new Crop(clips.height(), clips.width()),
                    clips.sampling(),
                    clips.crop(),
                    clips.normalization())),
        Optional.of(manifest.classNames()));
  }

  /// Reads the list of tensors of a file of others.
  ///
  /// @throws ServiceException (2) if it is no file of weights or has none where they should be, (3)
  ///   if it cannot be read
  public void requireReadable() {
    switch (weights) {
      case Weights.OfFile file -> InitialWeights.requireReadable(file.source());
      case Weights.Saved _, Weights.Own _ -> {}
    }
  }

  private static String model(SavedModel saved, Optional<String> hint) {
    String trained = saved.manifest().model();
    if (VideoNets.names().contains(trained) && hint.isEmpty()) {
      return trained;
    }
    String given =
        hint.orElseThrow(() ->
            ServiceException.usage(
                "the checkpoint %s is of the model %s: give its file with --model"
                    .formatted(saved.place(), trained)));
    requireKnown(given);
    if (!ModelIdentity.of(given).equals(trained)) {
      throw ServiceException.usage(
          "--model %s: the checkpoint %s is of the model %s"
              .formatted(given, saved.place(), trained));
    }
    return given;
  }

  private static TestSubject ofFile(Path file, Hints hints) {
    String own = file.toString();
    String model =
        hints
            .model()
            .or(() -> VideoNets.isFile(own) ? Optional.of(own) : Optional.empty())
            .orElseThrow(() ->
                ServiceException.usage(
                    "the file of weights %s does not say its model: give --model".formatted(file)));
    requireKnown(model);
    hints
        .key()
        .filter(_ -> model.equals(own))
        .ifPresent(key -> {
          throw ServiceException.usage(
              "%s %s: the TorchScript model %s has but one set of weights"
                  .formatted(WeightSource.KEY_OPTION, key, own));
        });
    Weights weights =
        model.equals(own)
            ? new Weights.Own(model)
            : new Weights.OfFile(new WeightSource(file, hints.key()));
    return new TestSubject(
        model,
        weights,
        hints.channels().orElse(ChannelOrder.RGB),
        Optional.empty(),
        Optional.empty());
  }

  private static void requireKnown(String model) {
    try {
      VideoNets.requireKnown(model);
    } catch (IllegalArgumentException e) {
      throw ServiceException.usage(String.valueOf(e.getMessage()), e);
    }
  }
}
