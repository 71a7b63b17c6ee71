package io.pairstream.trainer.weights;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// mmaction2's names. In its TSM and SlowFast a convolution and its batch normalisation are one
/// layer: `layer1.0.conv1.conv`, `layer1.0.conv1.bn`; `backbone.` in front may be missing. Its
/// UniFormer has the authors' names behind `backbone.`.
final class MmactionNames {
  /// @param pattern of the whole name
  /// @param target what it is to the reference
  private record Rule(Pattern pattern, String target) {
    Rule(String pattern, String target) {
      this(Pattern.compile(pattern), target);
    }
  }

  private static final String BACKBONE = "(?:backbone\\.)?";

  /// A layer of a kind that is not known stays beside its stage, where it is noticed.
  private static final List<Rule> TSM =
      List.of(
          new Rule("cls_head\\.fc_cls\\.(.+)", "new_fc.$1"),
          new Rule(BACKBONE + "conv1\\.conv\\.(.+)", "base_model.conv1.$1"),
          new Rule(BACKBONE + "conv1\\.bn\\.(.+)", "base_model.bn1.$1"),
          new Rule(
              BACKBONE + "(layer\\d\\.\\d+\\.conv\\d)\\.conv\\.(?:net\\.)?(.+)",
              "base_model.$1.$2"),
          new Rule(BACKBONE + "(layer\\d\\.\\d+\\.)conv(\\d)\\.bn\\.(.+)", "base_model.$1bn$2.$3"),
          new Rule(BACKBONE + "(layer\\d\\.\\d+\\.downsample\\.)conv\\.(.+)", "base_model.$10.$2"),
          new Rule(BACKBONE + "(layer\\d\\.\\d+\\.downsample\\.)bn\\.(.+)", "base_model.$11.$2"),
          new Rule(BACKBONE + "(layer\\d\\..+)", "base_model.$1"));

  private static final String PATHWAY = BACKBONE + "(slow|fast)_path\\.";

  /// `%p` stands for the pathway's number, `%s` for the stage's, `%l` for the letter of a
  /// convolution.
  private static final List<Rule> SLOWFAST =
      List.of(
          new Rule("cls_head\\.fc_cls\\.(?<rest>.+)", "head.projection.${rest}"),
          new Rule(PATHWAY + "conv1\\.conv\\.(?<rest>.+)", "s1.pathway%p_stem.conv.${rest}"),
          new Rule(PATHWAY + "conv1\\.bn\\.(?<rest>.+)", "s1.pathway%p_stem.bn.${rest}"),
          new Rule(PATHWAY + "conv1_lateral\\.conv\\.(?<rest>.+)", "s1_fuse.conv_f2s.${rest}"),
          new Rule(PATHWAY + "conv1_lateral\\.bn\\.(?<rest>.+)", "s1_fuse.bn.${rest}"),
          new Rule(
              PATHWAY + "layer(?<stage>\\d)_lateral\\.conv\\.(?<rest>.+)",
              "s%s_fuse.conv_f2s.${rest}"),
          new Rule(
              PATHWAY + "layer(?<stage>\\d)_lateral\\.bn\\.(?<rest>.+)", "s%s_fuse.bn.${rest}"),
          new Rule(
              PATHWAY
                  + "layer(?<stage>\\d)\\.(?<block>\\d+)\\.conv(?<conv>[123])\\.conv\\.(?<rest>.+)",
              "s%s.pathway%p_res${block}.branch2.%l.${rest}"),
          new Rule(
              PATHWAY
                  + "layer(?<stage>\\d)\\.(?<block>\\d+)\\.conv(?<conv>[123])\\.bn\\.(?<rest>.+)",
              "s%s.pathway%p_res${block}.branch2.%l_bn.${rest}"),
          new Rule(
              PATHWAY + "layer(?<stage>\\d)\\.(?<block>\\d+)\\.downsample\\.conv\\.(?<rest>.+)",
              "s%s.pathway%p_res${block}.branch1.${rest}"),
          new Rule(
              PATHWAY + "layer(?<stage>\\d)\\.(?<block>\\d+)\\.downsample\\.bn\\.(?<rest>.+)",
              "s%s.pathway%p_res${block}.branch1_bn.${rest}"));

  private static final List<Rule> UNIFORMER =
      List.of(
          new Rule("cls_head\\.fc_cls\\.(.+)", "head.$1"),
          new Rule("backbone\\.((?:patch_embed\\d|blocks\\d|norm)\\..+)", "$1"));

  private MmactionNames() {}

  static Optional<String> tsm(String name) {
    return rename(TSM, name);
  }

  static Optional<String> slowFast(String name) {
    return rename(SLOWFAST, name);
  }

  static Optional<String> uniFormer(String name) {
    return rename(UNIFORMER, name);
  }

  private static Optional<String> rename(List<Rule> rules, String name) {
    for (Rule rule : rules) {
      Matcher found = rule.pattern.matcher(name);
      if (found.matches()) {
        return Optional.of(found.replaceFirst(filled(rule.target, found)));
      }
    }
    return Optional.empty();
  }

  private static String filled(String target, Matcher found) {
    String filled = target;
    if (filled.contains("%p")) {
      filled = filled.replace("%p", "slow".equals(found.group(1)) ? "0" : "1");
    }
    if (filled.contains("%s")) {
      filled = filled.replace("%s", "" + (Integer.parseInt(found.group("stage")) + 1));
    }
    return filled.contains("%l")
        ? filled.replace("%l", "" + (char) ('a' + Integer.parseInt(found.group("conv")) - 1))
        : filled;
  }
}
