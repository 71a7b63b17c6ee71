package io.pairstream.trainer.weights;

import io.pairstream.trainer.weights.WeightFile.StateTensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds the weights in an unpickled object: under one of the names that trainers give them, or
/// where else there are weights. What is beside them decides nothing.
final class StateFinder {
  /// In the order in which they are looked for.
  private static final List<String> PLACES =
      List.of(
          "state_dict",
          "model_state",
          "model",
          "model_state_dict",
          "net",
          "network",
          "module",
          "weights",
          "blobs",
          "params");

  /// Of running means of weights, which count where there are no others.
  private static final List<String> AVERAGES =
      List.of("ema", "state_dict_ema", "model_ema", "ema_state_dict", "ema_model");

  /// The key that stands for the whole.
  private static final String TOP = ".";

  /// Keys of what trainers keep beside weights.
  private static final Pattern BESIDE =
      Pattern.compile("(?is).*(optim|sched|scaler|rng|random|metric|confusion).*");

  private static final int DEEPEST_SEARCH = 4;
  private static final int MOST_OTHERS = 1000;

  private final Value.Mapping top;

  /// A dict in the file.
  ///
  /// @param path its keys; empty: the top
  private record Place(String path, Value.Mapping mapping) {
    /// As it can be given.
    String text() {
      return path.isEmpty() ? TOP : path;
    }
  }

  private StateFinder(Value.Mapping top) {
    this.top = top;
  }

  /// @param key the place that was chosen; empty: to be found
  /// @throws WeightFormatException if there are no weights in it, several that could be meant, none
  ///   under that key, or they are damaged
  static StateTensors find(Value root, StorageSource storages, Optional<String> key)
      throws IOException {
    Optional<Value.Mapping> top = root.entriesLikeADict();
    if (top.isEmpty()) {
      throw new WeightFormatException(
          "there are no weights in it: it holds %s and not a dict".formatted(told(root)));
    }
    StateFinder finder = new StateFinder(top.get());
    Place place = key.isPresent() ? finder.chosen(key.get()) : finder.found();
    StateTensors state =
        StateCollector.collect(place.path(), place.mapping(), finder.others(place), storages);
    if (state.tensors().isEmpty()) {
      throw key.isPresent() ? finder.notThere(key.get(), "no tensors are") : finder.nothing();
    }
    return state;
  }

  /// Named weights come before others, and both before tensors that do not look like weights.
  private Place found() throws WeightFormatException {
    for (Likeness wanted : List.of(Likeness.WEIGHTS, Likeness.TENSORS)) {
      Optional<Place> named = named(wanted);
      if (named.isPresent()) {
        return inner(named.get());
      }
      List<Place> candidates = candidates(wanted);
      if (candidates.size() > 1) {
        throw new WeightFormatException(
            "it has several sets of tensors: choose one of %s with --weights-key"
                .formatted(texts(candidates)));
      }
      if (!candidates.isEmpty()) {
        return candidates.getFirst();
      }
    }
    throw nothing();
  }

  private Optional<Place> named(Likeness wanted) throws WeightFormatException {
    for (String name : Stream.concat(PLACES.stream(), AVERAGES.stream()).toList()) {
      Optional<Value.Mapping> mapping = top.get(name).flatMap(Value::entriesLikeADict);
      if (mapping.isPresent() && Likeness.ofAll(mapping.get()).compareTo(wanted) >= 0) {
        return Optional.of(new Place(name, mapping.get()));
      }
    }
    return Optional.empty();
  }

  /// A whole checkpoint may be where the weights should be: its weights, if there is but one set.
  private static Place inner(Place place) throws WeightFormatException {
    if (Likeness.ofEntries(place.mapping()) != Likeness.NONE) {
      return place;
    }
    List<Place> sets = new ArrayList<>();
    for (Map.Entry<Value, Value> entry : place.mapping().entries().entrySet()) {
      String key = StateCollector.key(entry.getKey());
      Optional<Value.Mapping> mapping = entry.getValue().entriesLikeADict();
      if (mapping.isPresent()
          && !AVERAGES.contains(key)
          && !BESIDE.matcher(key).matches()
          && Likeness.ofAll(mapping.get()) == Likeness.WEIGHTS) {
        sets.add(new Place(key, mapping.get()));
      }
    }
    if (sets.size() != 1 || !PLACES.contains(sets.getFirst().path())) {
      return place;
    }
    Place set = sets.getFirst();
    return new Place(StateCollector.join(place.path(), set.path()), set.mapping());
  }

  /// Every dict that holds such tensors itself, but for optimizers' and the like.
  private List<Place> candidates(Likeness wanted) {
    List<Place> found = new ArrayList<>();
    search(
        new Place("", top), wanted, 0, Collections.newSetFromMap(new IdentityHashMap<>()), found);
    return found;
  }

  private static void search(
      Place place, Likeness wanted, int depth, Set<Value.Mapping> seen, List<Place> found) {
    if (depth > DEEPEST_SEARCH || found.size() > MOST_OTHERS || !seen.add(place.mapping())) {
      return;
    }
    if (Likeness.ofEntries(place.mapping()).compareTo(wanted) >= 0) {
      found.add(new Place(place.path(), tensorsOnly(place.mapping())));
    }
    for (Map.Entry<Value, Value> entry : place.mapping().entries().entrySet()) {
      if (entry.getKey() instanceof Value.Text(String key) && !BESIDE.matcher(key).matches()) {
        entry
            .getValue()
            .entriesLikeADict()
            .ifPresent(mapping ->
                search(
                    new Place(StateCollector.join(place.path(), key), mapping),
                    wanted,
                    depth + 1,
                    seen,
                    found));
      }
    }
  }

  private static Value.Mapping tensorsOnly(Value.Mapping mapping) {
    Value.Mapping tensors = new Value.Mapping();
    mapping
        .entries()
        .forEach((key, value) -> {
          if (isTensor(value)) {
            tensors.put(key, value);
          }
        });
    return tensors;
  }

  private static boolean isTensor(Value value) {
    return value instanceof Value.TensorView || value instanceof Value.NumpyArray;
  }

  /// What is under the key that was given.
  private Place chosen(String key) throws WeightFormatException {
    if (key.equals(TOP)) {
      return new Place("", tensorsOnly(top));
    }
    Value value = under(top, key).orElseThrow(() -> notThere(key, "nothing is"));
    Value.Mapping mapping =
        value
            .entriesLikeADict()
            .orElseThrow(() -> notThere(key, told(value) + " and no dict of tensors is"));
    return inner(new Place(key, mapping));
  }

  /// Keys may have dots in them: the longest that is there comes first.
  private static Optional<Value> under(Value value, String path) {
    for (int end = path.length(); end > 0; end = path.lastIndexOf('.', end - 1)) {
      Optional<Value> child = child(value, path.substring(0, end));
      if (child.isPresent()) {
        return end == path.length() ? child : under(child.get(), path.substring(end + 1));
      }
    }
    return Optional.empty();
  }

  private static Optional<Value> child(Value value, String key) {
    if (value instanceof Value.Sequence sequence) {
      return key.matches("\\d{1,6}") && Integer.parseInt(key) < sequence.items().size()
          ? Optional.of(sequence.items().get(Integer.parseInt(key)))
          : Optional.empty();
    }
    return value.entriesLikeADict().flatMap(mapping -> mapping.get(key));
  }

  private SequencedMap<String, String> others(Place place) {
    SequencedMap<String, String> others = new LinkedHashMap<>();
    top.entries().entrySet().stream()
        .limit(MOST_OTHERS)
        .forEach(entry -> {
          String key = StateCollector.key(entry.getKey());
          boolean taken =
              place.path().isEmpty()
                  ? isTensor(entry.getValue())
                  : place.path().equals(key) || place.path().startsWith(key + ".");
          if (!taken) {
            others.put(key, other(key, entry.getValue()));
          }
        });
    return others;
  }

  private static String other(String key, Value value) {
    boolean weights =
        value
            .entriesLikeADict()
            .filter(mapping -> Likeness.ofEntries(mapping) == Likeness.WEIGHTS)
            .isPresent();
    return weights ? value.summary() + ", weights too: --weights-key " + key : value.summary();
  }

  private WeightFormatException notThere(String key, String what) {
    List<Place> sets = candidates(Likeness.WEIGHTS);
    return new WeightFormatException(
        "--weights-key %s: %s there; %sit has %s"
            .formatted(
                key,
                what,
                sets.isEmpty() ? "" : "weights are under " + texts(sets) + ", ",
                keys()));
  }

  private WeightFormatException nothing() {
    String objects =
        PLACES.stream()
            .flatMap(name ->
                top.get(name).stream()
                    .filter(Value.Thing.class::isInstance)
                    .map(value -> "; '" + name + "' is " + told(value)))
            .findFirst()
            .orElse("");
    return new WeightFormatException(
        "there are no weights in it: no tensors at the top and no dict of them under %s; it has %s%s"
            .formatted(String.join(", ", PLACES), keys(), objects));
  }

  /// A value where a dict should be. What only others' code can make is named with its place.
  private static String told(Value value) {
    if (value instanceof Value.Thing thing) {
      return "an object of %s, and it is not run".formatted(thing.maker());
    }
    return value instanceof Value.Stranger stranger ? stranger.toString() : value.summary();
  }

  private static String texts(List<Place> places) {
    String first = String.join(", ", places.stream().limit(8).map(Place::text).toList());
    return places.size() > 8 ? first + ", …" : first;
  }

  private String keys() {
    if (top.entries().isEmpty()) {
      return "nothing";
    }
    String first =
        String.join(", ", top.entries().keySet().stream().limit(8).map(Value::summary).toList());
    return top.entries().size() > 8 ? first + ", …" : first;
  }
}
