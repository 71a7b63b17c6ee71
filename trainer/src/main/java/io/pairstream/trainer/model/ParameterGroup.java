package io.pairstream.trainer.model;

import java.util.List;

/// Parameters that share a learning rate and a weight decay.
///
/// @param name what the reference calls the group
/// @param parameters reference names
/// @param rateMultiplier times the learning rate
/// @param decayMultiplier times the weight decay
public record ParameterGroup(
    String name, List<String> parameters, double rateMultiplier, double decayMultiplier) {
  public ParameterGroup {
    parameters = List.copyOf(parameters);
  }
}
