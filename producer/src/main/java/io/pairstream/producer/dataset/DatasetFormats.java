package io.pairstream.producer.dataset;

import io.pairstream.config.OptionException;
import io.pairstream.ops.ServiceException;
import io.pairstream.producer.dataset.DatasetFormat.Claim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// All formats of datasets. A new one is a class in this package and a line here.
public final class DatasetFormats {
  /// Finds the format out.
  public static final String AUTO = "auto";

  /// Those that have files with labels of their own. No two of them claim the same dataset.
  private static final List<DatasetFormat> LABELLED =
      List.of(
          SomethingV1.FORMAT,
          SomethingV2.FORMAT,
          Kinetics.FORMAT,
          Hmdb51.FORMAT,
          Ucf101.FORMAT,
          ListFile.FORMAT);

  /// What is left where no file has labels: the folders' names are the classes.
  private static final DatasetFormat FOLDERS = FolderPerClass.FORMAT;

  private DatasetFormats() {}

  /// A dataset's format with its reader.
  ///
  /// @param evidence what says that it is this format, for people
  public record Recognised(String format, DatasetReader reader, String evidence) {}

  /// The names that `--dataset-format` takes.
  public static List<String> names() {
    return Stream.concat(Stream.of(AUTO), all().stream().map(DatasetFormat::name)).toList();
  }

  private static List<DatasetFormat> all() {
    List<DatasetFormat> all = new ArrayList<>(LABELLED);
    all.add(FOLDERS);
    return all;
  }

  /// Finds out what lies at the path of the options.
  ///
  /// @throws ServiceException (2) if no format claims it, or more than one does
  /// @throws IOException if a folder cannot be read
  public static Recognised recognise(DatasetOptions options) throws IOException {
    if (!Files.exists(options.path())) {
      throw ServiceException.usage("dataset " + options.path() + " does not exist");
    }
    Nearby nearby = Nearby.of(options.path());
    if (!options.format().equals(AUTO)) {
      return as(named(options.format()), options, nearby);
    }
    List<Recognised> claims = new ArrayList<>();

    List<String> missing = new ArrayList<>();
    for (DatasetFormat format : LABELLED) {
      look(format.finder().find(options, nearby), format, claims, missing);
    }
    if (claims.isEmpty()) {
      look(FOLDERS.finder().find(options, nearby), FOLDERS, claims, missing);
    }
    if (claims.size() > 1) {
      throw ServiceException.usage(
          "dataset %s may be %s: say which with --dataset-format"
              .formatted(
                  options.path(),
                  claims.stream()
                      .map(claim -> claim.format() + " (" + claim.evidence() + ")")
                      .collect(Collectors.joining(" or "))));
    }
    if (claims.isEmpty()) {
      throw ServiceException.usage(
          "dataset %s is of no format that is known; it holds %s. Looked for: %s"
              .formatted(options.path(), nearby.content(), String.join("; ", missing)));
    }
    return claims.getFirst();
  }

  private static void look(
      Claim claim, DatasetFormat format, List<Recognised> claims, List<String> missing) {
    switch (claim) {
      case Claim.Found found ->
          claims.add(new Recognised(format.name(), found.reader(), found.evidence()));
      case Claim.Absent absent -> missing.add(format.name() + ": " + absent.missing());
    }
  }

  private static Recognised as(DatasetFormat format, DatasetOptions options, Nearby nearby)
      throws IOException {
    return switch (format.finder().find(options, nearby)) {
      case Claim.Found found -> new Recognised(format.name(), found.reader(), found.evidence());
      case Claim.Absent absent -> {
        Path path = options.path();
        throw ServiceException.usage(
            "dataset %s is not %s, which is %s: %s; it holds %s"
                .formatted(
                    path, format.name(), format.layout(), absent.missing(), nearby.content()));
      }
    };
  }

  private static DatasetFormat named(String name) {
    return all().stream()
        .filter(format -> format.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new OptionException(
                "--dataset-format", "'" + name + "' is not " + String.join(", ", names())));
  }

  /// Refuses a name that no format has.
  ///
  /// @throws OptionException if none has it
  static void requireKnown(String name) {
    if (!name.equals(AUTO)) {
      named(name);
    }
  }
}
