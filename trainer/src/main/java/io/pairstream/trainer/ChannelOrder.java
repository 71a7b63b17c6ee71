package io.pairstream.trainer;

import java.util.Locale;

/// The order in which a model takes colours. Clips travel as RGB; weights that were trained on BGR
/// (the authors' UniFormer, whose frames came from OpenCV) want them the other way round.
public enum ChannelOrder {
  RGB,
  BGR;

  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static ChannelOrder parse(String text) {
    for (ChannelOrder order : values()) {
      if (order.text().equals(text)) {
        return order;
      }
    }
    throw new IllegalArgumentException("channel order '" + text + "' is not rgb or bgr");
  }
}
