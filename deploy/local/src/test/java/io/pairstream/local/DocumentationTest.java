package io.pairstream.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.pairstream.testing.Require;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every page is found from the index, and no link leads nowhere.
class DocumentationTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]*)(#[^)\\s]*)?\\)");
  private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`\n]*`");

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String name : List.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md")) {
      pages.add(Require.root().resolve(name));
    }
    try (Stream<Path> files = Files.walk(Require.root().resolve("docs"))) {
      files.filter(path -> path.toString().endsWith(".md")).forEach(pages::add);
    }
    return pages;
  }

  private record Link(Path from, Path to, String anchor) {}

  private static List<Link> links(Path page) throws IOException {
    List<Link> links = new ArrayList<>();
    Matcher matcher = LINK.matcher(CODE.matcher(Files.readString(page)).replaceAll(""));
    while (matcher.find()) {
      String target = matcher.group(1);
      if (!target.contains("://")) {
        Path to = target.isEmpty() ? page : page.resolveSibling(target).normalize();
        links.add(new Link(page, to, matcher.group(2) == null ? "" : matcher.group(2)));
      }
    }
    return links;
  }

  @Test
  void noLinkLeadsNowhere() throws IOException {
    for (Path page : pages()) {
      for (Link link : links(page)) {
        assertThat(link.to()).as(link.toString()).exists();
        if (!link.anchor().isEmpty()) {
          assertThat(anchors(link.to())).as(link.toString()).contains(link.anchor());
        }
      }
    }
  }

  private static List<String> anchors(Path page) throws IOException {
    return Files.readAllLines(page).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ *", "").toLowerCase(Locale.ROOT))
        .map(title -> "#" + title.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }

  @Test
  void theIndexNamesEveryPage() throws IOException {
    Path index = Require.root().resolve("docs/README.md");
    List<Path> linked = links(index).stream().map(Link::to).toList();
    for (Path page : pages()) {
      Path folder = page.getParent();
      if (page.startsWith(index.getParent()) && !page.equals(index)) {
        assertThat(linked.contains(page) || linked.contains(folder))
            .as("docs/README.md has a link to " + page)
            .isTrue();
      }
    }
  }
}
