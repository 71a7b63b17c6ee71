package io.pairstream.producer.video;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The numbered images of a folder, `00001.jpg` or `image_00001.jpg` and so on, whatever the prefix
/// and the width of the number.
///
/// @param names in the order of their numbers, which start at 0 or 1 and leave none out
public record FrameNames(List<String> names) {
  private static final Pattern IMAGE =
      Pattern.compile("(.*?)([0-9]{1,9})\\.(jpg|jpeg|png)", Pattern.CASE_INSENSITIVE);

  private static final Pattern PICTURE =
      Pattern.compile(".*\\.(jpg|jpeg|png|gif|bmp|webp|tif|tiff)", Pattern.CASE_INSENSITIVE);

  /// Prefixes of frames where a folder holds optical flow beside them.
  private static final List<String> OF_FRAMES = List.of("", "image_", "img_", "frame_");

  public FrameNames {
    names = List.copyOf(names);
  }

  /// Whether a file of that name may be a frame.
  public static boolean isImage(Path file) {
    return IMAGE.matcher(file.getFileName().toString()).matches();
  }

  /// Whether a file's name says that it is one picture, numbered or not.
  public static boolean isPicture(Path file) {
    return PICTURE.matcher(file.getFileName().toString()).matches();
  }

  /// How many images a folder holds, whatever their names begin with.
  public static int count(Path folder) throws IOException {
    return images(folder).size();
  }

  /// The frames of a folder.
  ///
  /// @throws VideoException if there are none, if one is missing, or if it is not clear which of
  ///   the images they are
  static FrameNames read(Path folder) throws VideoException, IOException {
    Map<String, TreeMap<Integer, String>> byPrefix = new TreeMap<>();
    for (Path image : images(folder)) {
      String name = image.getFileName().toString();
      Matcher parts = IMAGE.matcher(name);
      if (parts.matches()) {
        String prefix = parts.group(1).toLowerCase(Locale.ROOT);
        String twin =
            byPrefix
                .computeIfAbsent(prefix, _ -> new TreeMap<>())
                .put(Integer.parseInt(parts.group(2)), name);
        if (twin != null) {
          throw new VideoException("%s and %s are the same frame".formatted(twin, name));
        }
      }
    }
    TreeMap<Integer, String> frames = choose(byPrefix);
    int next = frames.firstKey() == 0 ? 0 : 1;
    for (int number : frames.keySet()) {
      if (number != next) {
        throw new VideoException(
            "its frame %s is missing".formatted(renumbered(frames.firstEntry().getValue(), next)));
      }
      next++;
    }
    return new FrameNames(List.copyOf(frames.values()));
  }

  private static TreeMap<Integer, String> choose(Map<String, TreeMap<Integer, String>> byPrefix)
      throws VideoException {
    if (byPrefix.isEmpty()) {
      throw new VideoException("the folder holds no numbered images");
    }
    List<String> likely = new ArrayList<>(byPrefix.keySet());
    if (likely.size() > 1) {
      likely.retainAll(OF_FRAMES);
    }
    if (likely.size() != 1) {
      throw new VideoException(
          "it is not clear which of its images are the frames: their names begin with "
              + String.join(", ", byPrefix.keySet()));
    }
    return Objects.requireNonNull(byPrefix.get(likely.getFirst()));
  }

  /// The name of another frame, its number as wide.
  private static String renumbered(String name, int number) {
    Matcher parts = IMAGE.matcher(name);
    if (!parts.matches()) {
      throw new IllegalArgumentException(name);
    }
    String format = "%0" + parts.group(2).length() + "d";
    return parts.group(1) + format.formatted(number) + name.substring(parts.end(2));
  }

  private static List<Path> images(Path folder) throws IOException {
    List<Path> images = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        boolean hidden = file.getFileName().toString().startsWith(".");
        if (!hidden && isImage(file)) {
          images.add(file);
        }
      }
    } catch (java.nio.file.DirectoryIteratorException e) {
      throw e.getCause();
    }
    return images;
  }
}
