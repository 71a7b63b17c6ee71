package io.pairstream.local.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pairstream.cli.Logging;
import io.pairstream.cli.Terminal;
import io.pairstream.cli.options.JsonFlags;
import io.pairstream.cli.options.Usage;
import io.pairstream.clip.ClipBatch;
import io.pairstream.local.report.ContactSheet;
import io.pairstream.ops.ServiceException;
import io.pairstream.producer.command.DatasetFlags;
import io.pairstream.producer.dataset.Dataset;
import io.pairstream.producer.dataset.DatasetFormats;
import io.pairstream.producer.dataset.DatasetOptions;
import io.pairstream.producer.dataset.DatasetSummary;
import io.pairstream.producer.dataset.Sample;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `pairstream dataset inspect`: which format, classes and clips, and what was passed over.
@Command(
    name = "inspect",
    description = {
      "Says of which format a dataset is, its classes and clips, and what was passed over and why.",
      "Exit code 2 where no format or more than one claims it."
    },
    footer = {"", "Example:", "  pairstream dataset inspect videos --pictures out/videos.png"})
final class DatasetInspectCommand implements Callable<Integer> {
  private static final int FRAMES = 8;

  /// Pixels of the short side of a frame, as it is drawn.
  private static final int SHORT_SIDE = 120;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR|LIST",
      description = "The dataset, if --dataset does not name it.")
  private @Nullable Path path;

  @Mixin private DatasetFlags dataset = new DatasetFlags();
  @Mixin private JsonFlags json = new JsonFlags();

  @Option(
      names = "--pictures",
      paramLabel = "FILE",
      description = "Draw a clip of each class there, as PNG (default: none).")
  private @Nullable Path pictures;

  @Option(
      names = "--classes-drawn",
      paramLabel = "N",
      defaultValue = "12",
      description = "How many classes are drawn at most (default: ${DEFAULT-VALUE}).")
  private int drawn;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Logging.quiet();
    Usage.atLeast("--classes-drawn", drawn, 1);
    DatasetOptions options = path == null ? dataset.options() : dataset.options(path);
    PrintWriter out = Terminal.out(spec);
    try {
      DatasetFormats.Recognised recognised = DatasetFormats.recognise(options);
      Dataset read = recognised.reader().read();
      DatasetSummary summary = DatasetSummary.of(options.path(), recognised, read);
      if (json.json()) {
        out.println(json(summary, read).toPrettyString());
      } else {
        summary.lines().forEach(out::println);
        out.println("classes: " + String.join(", ", read.classNames()));
      }
      if (pictures != null) {
        draw(pictures, read);
      }
    } catch (IOException e) {
      throw ServiceException.environment(
          "dataset " + options.path() + " cannot be read: " + e.getMessage(), e);
    }
    out.flush();
    return 0;
  }

  private static ObjectNode json(DatasetSummary summary, Dataset dataset) {
    ObjectNode json = summary.json();
    ArrayNode names = json.putArray("classNames");
    dataset.classNames().forEach(names::add);
    return json;
  }

  private void draw(Path file, Dataset dataset) throws InterruptedException {
    List<ContactSheet.Strip> strips = new ArrayList<>();
    int classes = Math.min(drawn, dataset.classNames().size());
    for (int label = 0; label < classes; label++) {
      Optional<Sample> first = first(dataset, label);
      if (first.isPresent()) {
        ClipBatch clip = DecodedClip.of(first.get().video(), FRAMES, SHORT_SIDE);
        strips.add(
            new ContactSheet.Strip(
                dataset.classNames().get(label), first.get().clipId(), clip.frames().row(0)));
      }
    }
    try {
      ContactSheet.draw(file, strips);
    } catch (IOException e) {
      throw ServiceException.environment(
          "picture '" + file + "' cannot be written: " + e.getMessage(), e);
    }
  }

  private static Optional<Sample> first(Dataset dataset, int label) {
    return dataset.training().stream()
        .filter(sample -> sample.label() == label && sample.exists())
        .findFirst();
  }
}
