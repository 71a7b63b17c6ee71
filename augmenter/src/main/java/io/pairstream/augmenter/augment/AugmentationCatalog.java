package io.pairstream.augmenter.augment;

import java.util.Collection;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/// The augmentations that this process knows, by name, and the reader of their texts:
///
///     augmentation = name [ "(" [ parameter { "," parameter } ] ")" ]
///     parameter    = name "=" value
public final class AugmentationCatalog {
  private final SortedMap<String, Augmentation> known = new TreeMap<>();

  private AugmentationCatalog(Iterable<Augmentation> augmentations) {
    for (Augmentation augmentation : augmentations) {
      Augmentation other = known.putIfAbsent(augmentation.name(), augmentation);
      if (other != null) {
        throw new IllegalStateException(
            "augmentation '"
                + augmentation.name()
                + "' is both "
                + other.getClass().getName()
                + " and "
                + augmentation.getClass().getName());
      }
    }
  }

  /// Those on the class path.
  public static AugmentationCatalog load() {
    return new AugmentationCatalog(ServiceLoader.load(Augmentation.class));
  }

  static AugmentationCatalog of(Collection<Augmentation> augmentations) {
    return new AugmentationCatalog(augmentations);
  }

  /// The augmentation of a text; its [Augmentation#text] is the text in canonical form.
  ///
  /// @throws IllegalArgumentException with the position of what is unknown or wrong
  public Augmentation parse(String text) {
    return new Reader(text).read();
  }

  /// Reads one text from left to right.
  private final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    Augmentation read() {
      String name = word("the name of an augmentation");
      Augmentation augmentation =
          Optional.ofNullable(known.get(name))
              .orElseThrow(() -> wrong(0, "'" + name + "' is unknown; known: " + names()));
      SortedMap<String, Parameters.Value> values = new TreeMap<>();
      if (accept('(') && !accept(')')) {
        do {
          parameter(values);
        } while (accept(','));
        expect(')');
      }
      if (at < text.length()) {
        throw wrong(at, "'" + text.substring(at) + "' is too much");
      }
      return augmentation.with(new Parameters(text, values));
    }

    private void parameter(SortedMap<String, Parameters.Value> values) {
      int nameStart = at;
      String name = word("the name of a parameter");
      expect('=');
      int start = at;
      while (at < text.length() && text.charAt(at) != ',' && text.charAt(at) != ')') {
        at++;
      }
      Parameters.Value value =
          new Parameters.Value(text.substring(start, at), nameStart + 1, start + 1);
      if (values.putIfAbsent(name, value) != null) {
        throw wrong(nameStart, "'" + name + "' is given twice");
      }
    }

    private String word(String what) {
      int start = at;
      while (at < text.length() && isWordCharacter(text.charAt(at))) {
        at++;
      }
      if (at == start) {
        throw wrong(at, what + " is missing");
      }
      return text.substring(start, at);
    }

    private static boolean isWordCharacter(char c) {
      return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-';
    }

    private boolean accept(char c) {
      boolean there = at < text.length() && text.charAt(at) == c;
      at += there ? 1 : 0;
      return there;
    }

    private void expect(char c) {
      if (!accept(c)) {
        throw wrong(at, "'" + c + "' is missing");
      }
    }

    private IllegalArgumentException wrong(int index, String what) {
      return new IllegalArgumentException(
          "augmentation '" + text + "', position " + (index + 1) + ": " + what);
    }

    private String names() {
      return String.join(", ", known.keySet());
    }
  }
}
