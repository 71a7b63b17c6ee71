package io.pairstream.augment;

import io.pairstream.clip.ClipBatch;
import io.pairstream.clip.PairRecipe;
import io.pairstream.ops.ServiceException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// `cuda:warm.cu(gain=1.2)`: an augmentation in a CUDA source file. Names what is to be done; a GPU
/// takes its place in the plan before the first batch.
///
/// @param source the file
/// @param values of its parameters, in their order
public record KernelAugmentation(KernelSource source, List<Double> values) implements Augmentation {
  /// What a file's name consists of where a text needs no quotes around it.
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._-]+");

  public KernelAugmentation {
    values = List.copyOf(values);
    if (values.size() != source.parameters().size()) {
      throw new IllegalArgumentException(
          values.size() + " values for " + source.parameters().size() + " parameters");
    }
  }

  /// With the file's own values.
  KernelAugmentation(KernelSource source) {
    this(source, source.parameters().stream().map(KernelSource.Parameter::value).toList());
  }

  /// `cuda:warm.cu`; in quotes where the file's name has signs that texts use.
  @Override
  public String name() {
    String file = source.file();
    return AugmentationReader.CUDA
        + ":"
        + (PLAIN.matcher(file).matches() ? file : '"' + file + '"');
  }

  @Override
  public KernelAugmentation with(Parameters parameters) {
    List<String> names = new ArrayList<>();
    List<Double> given = new ArrayList<>();
    for (KernelSource.Parameter parameter : source.parameters()) {
      names.add(parameter.name());
      given.add(parameters.single(parameter.name(), parameter.value()));
    }
    names.add(KernelSource.SHA256);
    parameters.requireOnly(names.toArray(String[]::new));
    return new KernelAugmentation(source, given);
  }

  /// With the digest, so that another source is another text and a run with it another run.
  @Override
  public String text() {
    List<Object> all = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      all.add(source.parameters().get(i).name());
      all.add(values.get(i));
    }
    all.add(KernelSource.SHA256);
    all.add(source.sha256());
    return Parameters.text(name(), all.toArray());
  }

  /// @throws ServiceException (3) always: only a GPU can
  @Override
  public PairRecipe augment(ClipBatch clips, BatchDraws draws, AugmentedPixels result) {
    throw ServiceException.environment("augmentation " + name() + " needs a GPU: see --device");
  }
}
