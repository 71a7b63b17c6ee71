package io.pairstream.local.evaluate;

import io.pairstream.ops.ServiceException;
import io.pairstream.trainer.evaluation.TestSubject;
import java.util.List;

/// Whether a model and a dataset mean the same by a label. Numbers alone say nothing: the same
/// classes are numbered differently by different lists.
final class ClassNames {
  private ClassNames() {}

  /// @throws ServiceException (2) that names the first difference
  static void requireSame(TestSubject subject, List<String> dataset) {
    List<String> model = subject.classNames().orElse(dataset);
    if (model.size() != dataset.size()) {
      throw ServiceException.usage(
          "%s tells %d classes apart (%s), the dataset has %d (%s)"
              .formatted(
                  subject.weights(), model.size(), some(model), dataset.size(), some(dataset)));
    }
    for (int label = 0; label < model.size(); label++) {
      if (!model.get(label).equals(dataset.get(label))) {
        throw ServiceException.usage(
            "label %d is '%s' to %s and '%s' in the dataset: with --classes FILE a list says what its labels are"
                .formatted(label, model.get(label), subject.weights(), dataset.get(label)));
      }
    }
  }

  private static String some(List<String> names) {
    String first = String.join(", ", names.subList(0, Math.min(4, names.size())));
    return names.size() > 4 ? first + ", …" : first;
  }
}
