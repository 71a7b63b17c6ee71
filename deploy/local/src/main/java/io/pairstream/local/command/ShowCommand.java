package io.pairstream.local.command;

import io.pairstream.augment.AugmentationCatalog;
import io.pairstream.augment.AugmentationPlan;
import io.pairstream.augmenter.AugmenterDevice;
import io.pairstream.augmenter.KernelCheck;
import io.pairstream.cli.Logging;
import io.pairstream.cli.Terminal;
import io.pairstream.cli.options.PluginFlags;
import io.pairstream.cli.options.Usage;
import io.pairstream.clip.BatchId;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.PairBatch;
import io.pairstream.config.DeviceChoice;
import io.pairstream.local.options.VideoFlags;
import io.pairstream.local.report.ContactSheet;
import io.pairstream.local.report.DrawnPairs;
import io.pairstream.ops.ServiceException;
import io.pairstream.watch.HeldPairs;
import io.pairstream.watch.RunAccess;
import io.pairstream.watch.options.RunAccessFlags;
import io.pairstream.watch.picture.PairsAnimation;
import io.pairstream.watch.picture.PairsPicture;
import io.pairstream.watch.picture.ShownPairs;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `pairstream show`: original and augmented clips of one batch, side by side.
@Command(
    name = "show",
    description = {
      "Draws the clips of a batch, original and augmented; or, with --video, what an augmentation"
          + " makes of a video file.",
      "Exit code 4 when the batch was deleted since, because every trainer has committed it."
    },
    footer = {
      "",
      "Example:",
      "  pairstream show --out out/run --batch 1/0 --pictures out/pairs.png"
    })
final class ShowCommand implements Callable<Integer> {
  /// Pixels of the short side of a video's frames, as they are drawn.
  private static final int SHORT_SIDE = 160;

  @Mixin private RunAccessFlags access = new RunAccessFlags();
  @Mixin private VideoFlags video = new VideoFlags();
  @Mixin private PluginFlags plugins = new PluginFlags();

  @Option(
      names = "--batch",
      paramLabel = "E/B",
      description = "Epoch and batch (default: the newest that is there).")
  private @Nullable String batch;

  @Option(
      names = "--pictures",
      paramLabel = "FILE",
      description =
          "The PNG file to write, or with FILE.gif the clips in motion, original beside augmented"
              + " (default: pairs.png); --out FILE.png says the same.")
  private @Nullable Path pictures;

  @Option(
      names = "--clips",
      paramLabel = "N",
      defaultValue = "8",
      description =
          "How many clips at most; of a video, how many pairs (default: ${DEFAULT-VALUE}).")
  private int clips;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Logging.quiet();
    PrintWriter out = Terminal.out(spec);
    Optional<BatchId> wanted =
        Optional.ofNullable(batch).map(text -> Usage.checked(() -> BatchId.parse(text)));
    if (clips < 1) {
      throw ServiceException.usage("--clips " + clips + " is not at least 1");
    }
    Path file = Optional.ofNullable(pictures).or(access::picture).orElse(Path.of("pairs.png"));
    try {
      Optional<Path> source = video.video();
      out.println(
          source.isPresent() ? showVideo(source.get(), file) : showBatch(wanted, file, out));
      return 0;
    } catch (IOException e) {
      throw ServiceException.environment(
          "picture '" + file + "' cannot be written: " + e.getMessage(), e);
    }
  }

  private String showBatch(Optional<BatchId> wanted, Path file, PrintWriter out)
      throws InterruptedException, IOException {
    try (RunAccess run = RunAccess.open(access, out::println)) {
      HeldPairs held = new HeldPairs(run.kafka(), run.topics(), run.spec());
      PairBatch shown =
          wanted
              .map(held::get)
              .or(held::newest)
              .orElseThrow(() ->
                  ServiceException.badInput("run '" + run.topics().name() + "' holds no pairs"));
      String title = "run " + run.topics().name() + ", batch " + shown.id();
      draw(file, title, ShownPairs.of(shown, run.spec().content().classNames(), clips));
      return "Batch %s (%s): %s".formatted(shown.id(), shown.recipe().augmentation(), file);
    }
  }

  /// Without a broker.
  private String showVideo(Path source, Path file) throws IOException, InterruptedException {
    AugmentationCatalog catalog = plugins.catalog();
    AugmentationPlan plan = video.plan(catalog);
    if (video.all() && PairsAnimation.isAskedFor(file)) {
      throw ServiceException.usage(
          "--all-augmentations draws a sheet, and " + file + " would move");
    }
    DeviceChoice device = choice(plan);
    ClipBatch clip = DecodedClip.of(source, video.frames(), SHORT_SIDE);
    if (video.all()) {
      ContactSheet.write(file, clip, catalog, video.seed());
      return "%d augmentations: %s".formatted(catalog.all().size(), file);
    }
    // Nobody reads a digest in a picture.
    String text = plan.text().replaceAll(",?sha256=[0-9a-f]{64}", "");
    String name = String.valueOf(source.getFileName());
    try (AugmenterDevice opened = AugmenterDevice.open(device)) {
      DrawnPairs pairs = new DrawnPairs(clip, opened.ready(plan), video.seed());
      draw(file, text, pairs.shown(name, clips));
    }
    return "%s: %s".formatted(text, file);
  }

  private static void draw(Path file, String title, List<PairsPicture.Pair> pairs)
      throws IOException {
    if (PairsAnimation.isAskedFor(file)) {
      PairsAnimation.write(file, "Original left, augmented right: " + title, pairs);
    } else {
      PairsPicture.write(file, "Original above, augmented below: " + title, pairs);
    }
  }

  /// Only CUDA source files need a GPU.
  private static DeviceChoice choice(AugmentationPlan plan) {
    DeviceChoice choice =
        plan.kernels().isEmpty() ? new DeviceChoice.Cpu() : new DeviceChoice.Cuda(0);
    KernelCheck.require(plan, choice);
    return choice;
  }
}
