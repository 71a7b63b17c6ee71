package io.pairstream.ops;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a trainer did: counts of the whole training, times of this process.
///
/// @param trainer its name
/// @param mca `yes` if it trained with MCA, `no` without
/// @param seconds of this process
/// @param megabytesPerSecond read by this process
/// @param dataWaitShare 0 to 1
/// @param selfChecks batches of this process that were computed twice, with the same gradients
/// @param checkpoint the folder of the last one
/// @param loss the mean over the last epoch's clips; null if it had none
/// @param top1 of the first validation set, or without one of training, 0 to 1
/// @param validation the last evaluation, by set
@JsonTypeName("train")
public record TrainerReport(
    String run,
    String trainer,
    String model,
    String mca,
    double seconds,
    long batches,
    long clips,
    long skipped,
    long steps,
    double megabytesPerSecond,
    double dataWaitShare,
    long selfChecks,
    String checkpoint,
    String device,
    int threads,
    Versions versions,
    @Nullable Double loss,
    @Nullable Double top1,
    @Nullable Double top5,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Tested> validation)
    implements ServiceReport {
  /// How a validation set was classified.
  ///
  /// @param clips how many were tested
  /// @param top1 0 to 1
  /// @param top5 0 to 1
  public record Tested(long clips, double top1, double top5) {}

  public TrainerReport {
    Objects.requireNonNull(run, "run");
    Objects.requireNonNull(versions, "versions");
    validation =
        validation == null
            ? Map.of()
            : Collections.unmodifiableMap(new LinkedHashMap<>(validation));
  }
}
