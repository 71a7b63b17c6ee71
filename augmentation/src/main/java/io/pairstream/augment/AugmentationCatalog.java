package io.pairstream.augment;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The augmentations that this process knows, by name: those of the class path and, where they are
/// asked for, those of plug-ins. Reads texts (see [AugmentationReader] for their grammar).
public final class AugmentationCatalog {
  /// Parts a text from the digests of the plug-ins that it needs.
  private static final String DIGESTS = " #sha256:";

  private final SortedMap<String, Augmentation> known = new TreeMap<>();

  /// By name, for the augmentations that are not this build's own.
  private final Map<String, PluginJar> jars = new TreeMap<>();

  private final KernelSources sources;

  private AugmentationCatalog() {
    this.sources = new KernelSources(Map.of());
  }

  private AugmentationCatalog(AugmentationCatalog other, KernelSources sources) {
    this.known.putAll(other.known);
    this.jars.putAll(other.jars);
    this.sources = sources;
  }

  /// Those on the class path.
  public static AugmentationCatalog load() {
    return load(Optional.empty());
  }

  /// Those on the class path and those of the jars of a folder, whose code is run: it must be
  /// trusted.
  ///
  /// @throws IllegalArgumentException naming the jar that cannot be used
  public static AugmentationCatalog load(Optional<Path> plugins) {
    AugmentationCatalog catalog = new AugmentationCatalog();
    ServiceLoader.load(Augmentation.class, AugmentationCatalog.class.getClassLoader())
        .forEach(one -> catalog.add(one, Optional.empty()));
    plugins
        .map(PluginJar::loadAll)
        .orElse(List.of())
        .forEach(jar -> jar.augmentations().forEach(one -> catalog.add(one, Optional.of(jar))));
    return catalog;
  }

  static AugmentationCatalog of(Collection<Augmentation> augmentations) {
    AugmentationCatalog catalog = new AugmentationCatalog();
    augmentations.forEach(one -> catalog.add(one, Optional.empty()));
    return catalog;
  }

  private void add(Augmentation augmentation, Optional<PluginJar> jar) {
    String name = augmentation.name();
    String from = jar.map(one -> "plug-in " + one.file() + ": ").orElse("");
    if (!name.matches("[a-z][a-z0-9-]*")
        || name.equals(AugmentationReader.CHOICE)
        || name.equals(AugmentationReader.BASE)
        || name.equals(AugmentationReader.CUDA)) {
      throw new IllegalArgumentException(
          from + "'" + name + "' cannot be the name of an augmentation");
    }
    Augmentation other = known.putIfAbsent(name, augmentation);
    if (other != null) {
      throw new IllegalArgumentException(
          from
              + "augmentation '"
              + name
              + "' is both "
              + other.getClass().getName()
              + " and "
              + augmentation.getClass().getName());
    }
    jar.ifPresent(one -> jars.put(name, one));
  }

  /// All augmentations, with the parameters that they have by default, by name.
  public List<Augmentation> all() {
    return List.copyOf(known.values());
  }

  /// The same, where texts that name a CUDA source file by its digest find those of a plan wherever
  /// they lie.
  public AugmentationCatalog withSourcesOf(AugmentationPlan plan) {
    return new AugmentationCatalog(this, sources.and(plan));
  }

  /// What a text asks for; its [AugmentationPlan#text] is the text in canonical form.
  ///
  /// @throws IllegalArgumentException with the position of what is unknown or wrong
  public AugmentationPlan parse(String text) {
    return new AugmentationReader(known, sources, text).read();
  }

  /// What a run declares of a text: its canonical form and the SHA-256 of the plug-ins that it
  /// needs, so that a run with another version of a plug-in is another run.
  ///
  /// @throws IllegalArgumentException with the position of what is unknown or wrong
  public String declare(String text) {
    AugmentationPlan plan = parse(text);
    SortedSet<String> digests = digests(plan);
    return plan.text() + (digests.isEmpty() ? "" : DIGESTS + String.join(",", digests));
  }

  /// What a run asks for.
  ///
  /// @param declared as [#declare] makes it
  /// @throws IllegalArgumentException if it is unknown here, or of other plug-ins
  public AugmentationPlan parseDeclared(String declared) {
    int end = declared.lastIndexOf(DIGESTS);
    String wanted = end < 0 ? "" : declared.substring(end + DIGESTS.length());
    AugmentationPlan plan;
    try {
      plan = parse(end < 0 ? declared : declared.substring(0, end));
    } catch (IllegalArgumentException e) {
      throw end < 0
          ? e
          : new IllegalArgumentException(
              e.getMessage() + " (the run uses plug-ins: see --plugins)", e);
    }
    String here = String.join(",", digests(plan));
    if (!here.equals(wanted)) {
      throw new IllegalArgumentException(
          "augmentation '"
              + plan.text()
              + "' was declared with "
              + plugins(wanted)
              + ", but here it is made with "
              + plugins(here));
    }
    return plan;
  }

  private static String plugins(String digests) {
    return digests.isEmpty() ? "no plug-in" : "the plug-in of SHA-256 " + digests;
  }

  private SortedSet<String> digests(AugmentationPlan plan) {
    SortedSet<String> digests = new TreeSet<>();
    for (Augmentation one : plan.all()) {
      Optional.ofNullable(jars.get(one.name())).ifPresent(jar -> digests.add(jar.sha256()));
    }
    return digests;
  }
}
