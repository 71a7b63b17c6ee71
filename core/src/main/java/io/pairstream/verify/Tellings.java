package io.pairstream.verify;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the processes of one service (of a trainer, those of its name) tell of each batch, in a few
/// bytes a batch: checksum, how often, and where one is told the checksum of what it was made from.
///
/// Whoever tells twice tells the same, as a rule; what differs is kept beside.
final class Tellings {
  private static final int CHUNK = 4096;
  private static final short AGAIN = (short) 0x8000;
  private static final short HAS_FROM = 0x4000;
  private static final short COUNT = 0x3fff;

  /// What a value was made from.
  ///
  /// @param from absent where nobody tells
  record Made(long crc32c, OptionalLong from) {}

  /// Batches of consecutive numbers.
  private static final class Chunk {
    private final int[] crc = new int[CHUNK];

    /// How often it was told without being told again, and the two flags.
    private final short[] state = new short[CHUNK];

    private int @Nullable [] from;

    int[] from() {
      int[] there = from;
      if (there == null) {
        there = new int[CHUNK];
        from = there;
      }
      return there;
    }
  }

  private final Map<Long, Chunk> chunks = new HashMap<>();
  private final Map<Long, Set<Made>> others = new HashMap<>();

  /// Takes a line.
  ///
  /// @param again whether it may have been told before
  /// @return whether it is the first of its batch
  boolean tell(long number, Made made, boolean again) {
    Chunk chunk = chunks.computeIfAbsent(number / CHUNK, key -> new Chunk());
    int at = (int) (number % CHUNK);
    int state = chunk.state[at];
    boolean first = state == 0;
    if (first) {
      chunk.crc[at] = (int) made.crc32c();
      if (made.from().isPresent()) {
        chunk.from()[at] = (int) made.from().getAsLong();
        state |= HAS_FROM;
      }
    } else if (!made.equals(made(chunk, at))) {
      others.computeIfAbsent(number, key -> new HashSet<>()).add(made);
    }
    if (again) {
      state |= AGAIN;
    } else if ((state & COUNT) < COUNT) {
      state++;
    }
    chunk.state[at] = (short) state;
    return first;
  }

  boolean isEmpty() {
    return chunks.isEmpty();
  }

  /// How often the batch was done, as far as is told: what is told again is the same doing.
  int times(long number) {
    Chunk chunk = chunks.get(number / CHUNK);
    int state = chunk == null ? 0 : chunk.state[(int) (number % CHUNK)];
    int count = state & COUNT;
    return count == 0 && (state & AGAIN) != 0 ? 1 : count;
  }

  /// The checksum, if exactly one is told.
  OptionalLong onlyChecksum(long number) {
    Chunk chunk = chunks.get(number / CHUNK);
    int at = (int) (number % CHUNK);
    return chunk == null || chunk.state[at] == 0 || others.containsKey(number)
        ? OptionalLong.empty()
        : OptionalLong.of(Integer.toUnsignedLong(chunk.crc[at]));
  }

  /// What it was made from, of a batch with an [#onlyChecksum].
  OptionalLong onlyFrom(long number) {
    Chunk chunk = chunks.get(number / CHUNK);
    return chunk == null ? OptionalLong.empty() : made(chunk, (int) (number % CHUNK)).from();
  }

  Set<Long> checksums(long number) {
    Set<Long> checksums = new HashSet<>();
    made(number).forEach(made -> checksums.add(made.crc32c()));
    return checksums;
  }

  /// All that is told of the batch.
  Set<Made> made(long number) {
    Set<Made> all = new HashSet<>(others.getOrDefault(number, Set.of()));
    Chunk chunk = chunks.get(number / CHUNK);
    int at = (int) (number % CHUNK);
    if (chunk != null && chunk.state[at] != 0) {
      all.add(made(chunk, at));
    }
    return all;
  }

  /// What the arrays take.
  long bytes() {
    return chunks.values().stream()
        .mapToLong(chunk ->
            CHUNK * (Integer.BYTES + Short.BYTES)
                + (chunk.from == null ? 0L : CHUNK * Integer.BYTES))
        .sum();
  }

  private static Made made(Chunk chunk, int at) {
    return new Made(
        Integer.toUnsignedLong(chunk.crc[at]),
        (chunk.state[at] & HAS_FROM) == 0
            ? OptionalLong.empty()
            : OptionalLong.of(Integer.toUnsignedLong(chunk.from()[at])));
  }
}
