package io.pairstream.cli.source;

import io.pairstream.ops.ServiceException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.comments.CommentLine;
import org.snakeyaml.engine.v2.comments.CommentType;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads a file of options: a YAML mapping of options without their dashes (`learning-rate: 0.01`),
/// of sections (`train:`) with such options, and of `include`, a list of recipes and files.
///
/// What is included comes first, and the file's own options replace those of the same name. A value
/// is a scalar, as it is written, or a list of them.
final class OptionFileReader {
  /// What an option's name begins with on the command line.
  static final String DASHES = "--";

  private static final String INCLUDE = "include";
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]*");

  private final OptionFileSource source;
  private final List<OptionFileSource> open;
  private final List<String> head = new ArrayList<>();
  private final Map<String, Setting> own = new LinkedHashMap<>();
  private final Map<OptionSection, Map<String, Setting>> sections =
      new EnumMap<>(OptionSection.class);

  private OptionFileReader(OptionFileSource source, List<OptionFileSource> open) {
    this.source = source;
    this.open = open;
  }

  /// Reads a file and all that it includes.
  ///
  /// @throws ServiceException (2) naming file, line and what is wrong
  static OptionFile read(OptionFileSource source) {
    return read(source, List.of());
  }

  private static OptionFile read(OptionFileSource source, List<OptionFileSource> including) {
    List<OptionFileSource> open = new ArrayList<>(including);
    open.add(source);
    OptionFileReader reader = new OptionFileReader(source, open);
    reader.takeAll(source.text());
    return new OptionFile(source.name(), reader.head, reader.own, reader.sections);
  }

  private void takeAll(String text) {
    Optional<Node> root = compose(text);
    if (root.isEmpty() || root.get().getTag().equals(Tag.COMMENT)) {
      return;
    }
    if (!(root.get() instanceof MappingNode mapping)) {
      throw wrong(root.get(), "options as 'name: value' are expected");
    }
    if (!mapping.getValue().isEmpty()) {
      head.addAll(head(comments(mapping.getValue().getFirst().getKeyNode())));
    }
    // Included options come first, wherever the file says it.
    List<NodeTuple> entries = entries(mapping);
    entries.stream()
        .filter(entry -> name(entry).equals(INCLUDE))
        .forEach(entry -> values(entry.getValueNode(), INCLUDE).forEach(this::include));
    entries.stream().filter(entry -> !name(entry).equals(INCLUDE)).forEach(this::take);
  }

  private Optional<Node> compose(String text) {
    try {
      return new Compose(
              LoadSettings.builder().setLabel(source.name()).setParseComments(true).build())
          .composeString(text);
    } catch (MarkedYamlEngineException e) {
      String problem = String.valueOf(e.getProblem()).strip();
      throw ServiceException.usage(
          e.getProblemMark().map(mark -> source.place(mark.getLine() + 1)).orElse(source.place())
              + ": this is no YAML: "
              + problem,
          e);
    } catch (YamlEngineException e) {
      throw ServiceException.usage(source.place() + ": this is no YAML: " + e.getMessage(), e);
    }
  }

  /// The entries of a mapping, each once.
  private List<NodeTuple> entries(MappingNode mapping) {
    Set<String> names = new HashSet<>();
    for (NodeTuple entry : mapping.getValue()) {
      if (!names.add(name(entry))) {
        throw wrong(entry.getKeyNode(), name(entry) + " is there twice");
      }
    }
    return mapping.getValue();
  }

  private String name(NodeTuple entry) {
    if (!(entry.getKeyNode() instanceof ScalarNode key)) {
      throw wrong(entry.getKeyNode(), "the name of an option is expected");
    }
    if (!NAME.matcher(key.getValue()).matches()) {
      throw wrong(
          key, "'" + key.getValue() + "' is no option; their names stand here without the dashes");
    }
    return key.getValue();
  }

  private void take(NodeTuple entry) {
    Optional<OptionSection> section = OptionSection.parse(name(entry));
    if (entry.getValueNode() instanceof MappingNode mapping) {
      if (section.isEmpty()) {
        throw wrong(
            entry.getKeyNode(),
            "'%s' is no section; there are %s".formatted(name(entry), OptionSection.all()));
      }
      Map<String, Setting> settings =
          sections.computeIfAbsent(section.get(), _ -> new LinkedHashMap<>());
      entries(mapping).forEach(inner -> put(settings, inner));
    } else if (section.isPresent()) {
      throw wrong(entry.getKeyNode(), "section '" + name(entry) + "' has no options");
    } else {
      put(own, entry);
    }
  }

  private void put(Map<String, Setting> settings, NodeTuple entry) {
    String option = DASHES + name(entry);
    List<String> values =
        values(entry.getValueNode(), name(entry)).stream().map(ScalarNode::getValue).toList();
    settings.put(
        option,
        new Setting(
            option, values, reasons(comments(entry.getKeyNode())), place(entry.getKeyNode())));
  }

  /// A scalar, or the scalars of a list.
  private List<ScalarNode> values(@Nullable Node node, String name) {
    List<Node> nodes =
        node instanceof SequenceNode list
            ? list.getValue()
            : node == null ? List.of() : List.of(node);
    List<ScalarNode> values = new ArrayList<>();
    for (Node value : nodes) {
      if (!(value instanceof ScalarNode scalar)) {
        throw wrong(value, name + " has a value that is neither a scalar nor a list of them");
      }
      if (scalar.getTag().equals(Tag.NULL)) {
        throw wrong(value, name + " has no value");
      }
      values.add(scalar);
    }
    if (values.isEmpty() && node != null) {
      throw wrong(node, name + " has no value");
    }
    return values;
  }

  private void include(ScalarNode value) {
    String text = value.getValue();
    Optional<OptionFileSource> wanted = source.included(text);
    if (wanted.isEmpty()) {
      throw wrong(value, "there is no recipe '" + text + "' to include");
    }
    if (open.contains(wanted.get())) {
      throw wrong(value, "'" + text + "' includes itself");
    }
    OptionFile included = read(wanted.get(), open);
    own.putAll(included.own());
    included
        .sections()
        .forEach((of, settings) ->
            sections.computeIfAbsent(of, _ -> new LinkedHashMap<>()).putAll(settings));
  }

  /// The comments above a key; an empty line is null.
  private static List<@Nullable String> comments(Node key) {
    List<CommentLine> lines = key.getBlockComments();
    List<@Nullable String> texts = new ArrayList<>();
    for (CommentLine line : lines == null ? List.<CommentLine>of() : lines) {
      texts.add(line.getCommentType() == CommentType.BLANK_LINE ? null : line.getValue().strip());
    }
    return texts;
  }

  /// The first block: what stands above the first empty line, or all.
  private static List<String> head(List<@Nullable String> comments) {
    List<String> first = new ArrayList<>();
    for (String comment : comments) {
      if (comment == null) {
        break;
      }
      first.add(comment);
    }
    return first;
  }

  /// The last block, which no empty line parts from the key.
  private static List<String> reasons(List<@Nullable String> comments) {
    List<String> last = new ArrayList<>();
    for (String comment : comments) {
      if (comment == null) {
        last.clear();
      } else {
        last.add(comment);
      }
    }
    return last;
  }

  private String place(Node node) {
    return node.getStartMark().map(mark -> source.place(mark.getLine() + 1)).orElse(source.place());
  }

  private ServiceException wrong(Node at, String what) {
    return ServiceException.usage(place(at) + ": " + what);
  }
}
