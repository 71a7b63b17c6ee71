package io.pairstream.trainer.weights;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whose names the tensors of a file have, and what the reference calls them.
public enum Naming {
  /// The reference's own; and those of the first TSM code, where the shift wraps the first
  /// convolution of a block (`conv1.net`), and the classifier is the backbone's where there is no
  /// dropout.
  REFERENCE("the reference's") {
    @Override
    public Optional<String> rename(String name) {
      return Optional.of(
          name.startsWith("base_model.fc.")
              ? name.replace("base_model.fc.", "new_fc.")
              : name.replace(".conv1.net.", ".conv1."));
    }

    @Override
    boolean recognises(Set<String> names) {
      return names.contains("base_model.conv1.weight")
          || names.contains("s1.pathway0_stem.conv.weight")
          || names.contains("patch_embed1.proj.weight");
    }
  },
  /// torchvision's ResNets, which are TSM's `base_model`. Their classifier has no counterpart.
  TORCHVISION("torchvision's") {
    @Override
    public Optional<String> rename(String name) {
      return name.startsWith("fc.")
          ? Optional.empty()
          : REFERENCE.rename(name).map(renamed -> "base_model." + renamed);
    }

    @Override
    boolean recognises(Set<String> names) {
      return names.contains("conv1.weight") && names.stream().anyMatch(FIRST_BLOCK::contains);
    }
  },
  /// Caffe2's, as PySlowFast's model zoo has them: `res2_0_branch2a_w`, with `t_` in front for the
  /// fast pathway.
  CAFFE2("Caffe2's") {
    @Override
    public Optional<String> rename(String name) {
      return Caffe2Layer.rename(name);
    }

    @Override
    boolean recognises(Set<String> names) {
      return names.contains("conv1_w");
    }
  },
  /// mmaction2's TSM: `backbone.layer1.0.conv1.conv.net.weight`, `cls_head.fc_cls.weight`.
  MMACTION_TSM("mmaction2's") {
    @Override
    public Optional<String> rename(String name) {
      return MmactionNames.tsm(name);
    }

    @Override
    boolean recognises(Set<String> names) {
      return names.contains("backbone.conv1.conv.weight") || names.contains("conv1.conv.weight");
    }
  },
  /// mmaction2's SlowFast: `backbone.slow_path.conv1.conv.weight`. Its lateral convolutions mostly
  /// have no batch normalisation; such a file does not fit PySlowFast's model.
  MMACTION_SLOWFAST("mmaction2's") {
    @Override
    public Optional<String> rename(String name) {
      return MmactionNames.slowFast(name);
    }

    @Override
    boolean recognises(Set<String> names) {
      return names.contains("backbone.slow_path.conv1.conv.weight")
          || names.contains("slow_path.conv1.conv.weight");
    }
  },
  /// mmaction2's UniFormer: the reference's names behind `backbone.`, and `cls_head.fc_cls`.
  MMACTION_UNIFORMER("mmaction2's") {
    @Override
    public Optional<String> rename(String name) {
      return MmactionNames.uniFormer(name);
    }

    @Override
    boolean recognises(Set<String> names) {
      return names.contains("backbone.patch_embed1.proj.weight")
          && names.contains("cls_head.fc_cls.weight");
    }
  };

  private static final Set<String> FIRST_BLOCK =
      Set.of("layer1.0.conv1.weight", "layer1.0.conv1.net.weight");

  private final String owner;

  Naming(String owner) {
    this.owner = owner;
  }

  /// `torchvision's`
  public String owner() {
    return owner;
  }

  /// The reference's name for a tensor, if it has one.
  public abstract Optional<String> rename(String name);

  /// Whether a model's first layer, or the like, has its name of this kind.
  abstract boolean recognises(Set<String> names);

  /// A kind of layer of Caffe2's SlowFast: a convolution and, mostly, the batch normalisation
  /// behind it.
  ///
  /// @param pattern the layer's name without `t_`; what its groups found goes into the other two
  /// @param convolution the reference's name; %p stands for the pathway
  /// @param normalization the reference's name
  private record Caffe2Layer(Pattern pattern, String convolution, String normalization) {
    private static final Map<String, String> NORMALIZATION =
        Map.of(
            "s", "weight",
            "b", "bias",
            "rm", "running_mean",
            "riv", "running_var");
    private static final Map<String, String> CONVOLUTION = Map.of("w", "weight", "b", "bias");
    private static final Pattern KIND = Pattern.compile("(.+?)_(bn_)?(w|s|b|rm|riv)");

    private static final List<Caffe2Layer> SLOW_AND_FAST =
        List.of(
            layer("(?:res_)?conv1", "s1.pathway%p_stem.conv", "s1.pathway%p_stem.bn"),
            layer(
                "res(\\d)_(\\d+)_branch1",
                "s$1.pathway%p_res$2.branch1",
                "s$1.pathway%p_res$2.branch1_bn"),
            layer(
                "res(\\d)_(\\d+)_branch2([abc])",
                "s$1.pathway%p_res$2.branch2.$3",
                "s$1.pathway%p_res$2.branch2.$3_bn"));

    /// From the fast pathway to the slow one.
    private static final List<Caffe2Layer> FAST_ONLY =
        List.of(
            layer("pool1_subsample", "s1_fuse.conv_f2s", "s1_fuse.bn"),
            layer("res(\\d)_\\d+_branch2c_bn_subsample", "s$1_fuse.conv_f2s", "s$1_fuse.bn"));

    private static final List<Caffe2Layer> SLOW_ONLY =
        List.of(layer("pred", "head.projection", "head.projection_bn"));

    private static Caffe2Layer layer(String pattern, String convolution, String normalization) {
      return new Caffe2Layer(Pattern.compile(pattern), convolution, normalization);
    }

    static Optional<String> rename(String name) {
      boolean fast = name.startsWith("t_");
      Matcher parts = KIND.matcher(fast ? name.substring(2) : name);
      if (!parts.matches()) {
        return Optional.empty();
      }
      boolean normalization = parts.group(2) != null;
      String kind = (normalization ? NORMALIZATION : CONVOLUTION).get(parts.group(3));
      if (kind == null) {
        return Optional.empty();
      }
      for (List<Caffe2Layer> layers : List.of(SLOW_AND_FAST, fast ? FAST_ONLY : SLOW_ONLY)) {
        for (Caffe2Layer layer : layers) {
          Matcher found = layer.pattern.matcher(parts.group(1));
          if (found.matches()) {
            String target = normalization ? layer.normalization : layer.convolution;
            String pathway = target.replace("%p", fast ? "1" : "0");
            return Optional.of(found.replaceFirst(pathway) + "." + kind);
          }
        }
      }
      return Optional.empty();
    }
  }
}
