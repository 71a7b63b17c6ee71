package io.pairstream.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.augment.AugmentationCatalog;
import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.CounterRandom;
import io.pairstream.clip.DType;
import io.pairstream.clip.Shape;
import io.pairstream.clip.Tensor;
import io.pairstream.local.report.ContactSheet;
import io.pairstream.producer.VideoClip;
import io.pairstream.testing.Require;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The documentation's picture of all built-in augmentations is what they do now; with
/// `-Dpairstream.update=true` it is drawn anew.
class ContactSheetTest {
  private static final int FRAMES = 4;

  @Test
  void thePictureInTheDocumentationIsUpToDate(@TempDir Path folder) throws IOException {
    Path documented = Require.root().resolve("docs/pictures/augmentations.png");
    Path drawn = folder.resolve("augmentations.png");
    ContactSheet.write(drawn, clip(), AugmentationCatalog.load(), 0);
    if (Boolean.getBoolean("pairstream.update")) {
      Files.copy(drawn, documented, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
    assertThat(Files.size(documented)).isLessThan(400_000);
    BufferedImage now = ImageIO.read(drawn.toFile());
    BufferedImage before = ImageIO.read(documented.toFile());
    assertThat(before.getWidth()).isEqualTo(now.getWidth());
    assertThat(before.getHeight()).isEqualTo(now.getHeight());
    for (int y = 0; y < now.getHeight(); y++) {
      for (int x = 0; x < now.getWidth(); x++) {
        if (before.getRGB(x, y) != now.getRGB(x, y)) {
          throw new AssertionError(
              documented
                  + " differs at "
                  + x
                  + ","
                  + y
                  + ": draw it with -Dpairstream.update=true");
        }
      }
    }
  }

  /// A clip of the demo, every fourth frame.
  private static ClipBatch clip() {
    byte[] all = MotionClip.draw(Motion.UP, 1, CounterRandom.of(11, 0, "sheet"));
    int bytes = MotionClip.SIZE * MotionClip.SIZE * 3;
    byte[] some = new byte[FRAMES * bytes];
    for (int t = 0; t < FRAMES; t++) {
      int frame = t * MotionClip.FRAMES / FRAMES;
      System.arraycopy(all, frame * bytes, some, t * bytes, bytes);
    }
    Shape shape = Shape.of(1, FRAMES, MotionClip.SIZE, MotionClip.SIZE, 3);
    return VideoClip.batch(
        new Tensor(DType.U8, shape, MemorySegment.ofArray(some)),
        Tensor.ofLongs(Shape.of(1, FRAMES), 0, 4, 8, 12),
        "demo");
  }
}
