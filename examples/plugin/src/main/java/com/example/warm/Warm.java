package com.example.warm;

import io.pairstream.augment.Augmentation;
import io.pairstream.augment.ClipAugmentation;
import io.pairstream.augment.Parameters;
import io.pairstream.augment.pixel.ClipPixels;
import io.pairstream.augment.pixel.Workspace;
import io.pairstream.clip.CounterRandom;

/** `warm(most=N)`: more red and less blue, by up to N levels drawn for each clip. */
public record Warm(int most) implements ClipAugmentation {
  public Warm() {
    this(60);
  }

  @Override
  public String name() {
    return "warm";
  }

  @Override
  public Augmentation with(Parameters parameters) {
    parameters.requireOnly("most");
    return new Warm(parameters.whole("most", most, 0, 255));
  }

  @Override
  public String text() {
    return Parameters.text("warm", "most", most);
  }

  @Override
  public void apply(ClipPixels clip, CounterRandom random, Workspace workspace) {
    int more = random.nextInt(most + 1);
    for (int i = clip.offset(); i < clip.end(); i += 3) {
      clip.data()[i] = (byte) Math.min((clip.data()[i] & 0xFF) + more, 255);
      clip.data()[i + 2] = (byte) Math.max((clip.data()[i + 2] & 0xFF) - more, 0);
    }
  }
}
