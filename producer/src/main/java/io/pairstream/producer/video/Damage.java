package io.pairstream.producer.video;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Words for what is wrong with a file of which some frames could be decoded.
final class Damage {
  private Damage() {}

  static Optional<String> describe(Demuxer demuxer, Decoder decoder, int frames)
      throws IOException {
    List<String> found = new ArrayList<>();
    if (demuxer.endedEarly()) {
      found.add("the file ends early");
    }
    // A last packet without a picture is common in healthy AVI files.
    if (demuxer.announcedFrames() > frames + demuxer.placeholders() + 1) {
      found.add("it has %d of %d announced frames".formatted(frames, demuxer.announcedFrames()));
    }
    if (decoder.failedPackets() > 0) {
      found.add("%d packets cannot be decoded".formatted(decoder.failedPackets()));
    }
    if (decoder.damagedFrames() > 0) {
      found.add("%d of %d frames are damaged".formatted(decoder.damagedFrames(), frames));
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", found));
  }
}
