package io.pairstream.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pairstream.ops.Version;
import io.pairstream.run.Instance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What `/status` says of a service, for people and for whoever started it: JSON.
///
/// @param instance such as `augmenter-1`
/// @param run the run's name
/// @param waitingFor why it does not do its work yet, or not now; null when it does
/// @param batches done, in earlier processes of this instance too; so are the other counts
/// @param bytes of this process alone
/// @param loss a trainer's running mean; null before the first batch, and so are the next three
/// @param top1 on training batches, 0 to 1
/// @param learningRate of the last step
/// @param dataWaitShare 0 to 1
/// @param validationTop1 by validation set, 0 to 1
/// @param uptimeSeconds of the process
/// @param version of the program
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Status(
    String instance,
    String run,
    @Nullable String waitingFor,
    long batches,
    long clips,
    long skipped,
    long rejected,
    long steps,
    long bytes,
    @Nullable Double loss,
    @Nullable Double top1,
    @Nullable Double learningRate,
    @Nullable Double dataWaitShare,
    Map<String, Double> validationTop1,
    double uptimeSeconds,
    String version) {
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  public Status {
    validationTop1 = validationTop1 == null ? Map.of() : Map.copyOf(validationTop1);
  }

  /// What a service is at now.
  ///
  /// @param notReady why it does not do its work, if it does not
  public static Status of(String run, Instance instance, Tally tally, Optional<String> notReady) {
    return new Status(
        instance.toString(),
        run,
        notReady.orElse(null),
        (long) tally.total(Metric.BATCHES),
        (long) tally.total(Metric.CLIPS),
        (long) tally.total(Metric.SKIPPED),
        (long) tally.total(Metric.REJECTED),
        (long) tally.total(Metric.STEPS),
        (long) tally.count(Metric.BYTES),
        orNull(tally.gauge(Metric.LOSS)),
        orNull(tally.gauge(Metric.TOP1)),
        orNull(tally.gauge(Metric.LEARNING_RATE)),
        orNull(tally.gauge(Metric.DATA_WAIT_SHARE)),
        new TreeMap<>(tally.sets(Metric.VALIDATION_TOP1)),
        ManagementFactory.getRuntimeMXBean().getUptime() / 1e3,
        Version.current());
  }

  private static @Nullable Double orNull(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }

  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads what [#toJson] writes; fields that this program does not know are passed over.
  public static Status fromJson(String json) throws IOException {
    return JSON.readValue(json, Status.class);
  }
}
