package io.pairstream.producer.video;

import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_MJPEG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_NONE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_PNG;
import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_CRCCHECK;
import static org.bytedeco.ffmpeg.global.avcodec.AV_EF_EXPLODE;
import static org.bytedeco.ffmpeg.global.avcodec.AV_PKT_FLAG_KEY;
import static org.bytedeco.ffmpeg.global.avcodec.av_new_packet;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_alloc;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_free;
import static org.bytedeco.ffmpeg.global.avcodec.av_packet_unref;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_alloc_context3;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_find_decoder;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_flush_buffers;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_free_context;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_open2;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_receive_frame;
import static org.bytedeco.ffmpeg.global.avcodec.avcodec_send_packet;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_alloc;
import static org.bytedeco.ffmpeg.global.avutil.av_frame_free;

import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;

/// JPEG and PNG images to frames, on the calling thread. An image that is not whole is none.
final class ImageDecoder implements AutoCloseable {
  private final VideoLimits limits;
  private final AVPacket packet = av_packet_alloc();
  private final AVFrame frame = av_frame_alloc();
  private AVCodecContext context = new AVCodecContext(null);
  private int codecId = AV_CODEC_ID_NONE;

  ImageDecoder(VideoLimits limits) {
    this.limits = limits;
  }

  /// Decodes an image; the frame is valid until the next call.
  ///
  /// @throws VideoException if it is none, or over a limit
  AVFrame decode(byte[] image) throws VideoException {
    open(codecOf(image));
    int allocated = av_new_packet(packet, image.length);
    if (allocated < 0) {
      throw new OutOfMemoryError(
          "no memory for an image of %d bytes: %s"
              .formatted(image.length, Ffmpeg.error(allocated)));
    }
    packet.data().put(image);
    // Else FFmpeg takes a second PNG for the difference to the first.
    packet.flags(AV_PKT_FLAG_KEY);
    int sent = avcodec_send_packet(context, packet);
    av_packet_unref(packet);
    int received = sent < 0 ? sent : avcodec_receive_frame(context, frame);
    if (received < 0) {
      avcodec_flush_buffers(context);
      throw new VideoException(Ffmpeg.error(received));
    }
    if (Decoder.isDamaged(frame)) {
      throw new VideoException("its picture is damaged");
    }
    limits.checkSize(frame.width(), frame.height());
    return frame;
  }

  private static int codecOf(byte[] image) throws VideoException {
    int head = image.length < 4 ? 0 : (image[0] & 0xFF) << 8 | image[1] & 0xFF;
    if (head == 0xFFD8) {
      // FFmpeg fills what is cut off with grey: the end's marker is what it does not look for.
      int end = image.length;
      while (end > 4 && image[end - 1] == 0) {
        end--;
      }
      if ((image[end - 2] & 0xFF) != 0xFF || (image[end - 1] & 0xFF) != 0xD9) {
        throw new VideoException("it ends early");
      }
      return AV_CODEC_ID_MJPEG;
    }
    if (head == 0x8950) {
      return AV_CODEC_ID_PNG;
    }
    throw new VideoException("it is neither JPEG nor PNG");
  }

  private void open(int wanted) throws VideoException {
    if (codecId == wanted) {
      return;
    }
    AVCodec codec = avcodec_find_decoder(wanted);
    if (codec == null) {
      throw new VideoException("there is no decoder for it");
    }
    avcodec_free_context(context);
    codecId = AV_CODEC_ID_NONE;
    context = avcodec_alloc_context3(codec);
    context.thread_count(1);
    context.max_pixels(limits.maxPixels());
    context.err_recognition(AV_EF_EXPLODE | AV_EF_CRCCHECK);
    int opened = avcodec_open2(context, codec, (AVDictionary) null);
    if (opened < 0) {
      throw new VideoException("its decoder does not open: " + Ffmpeg.error(opened));
    }
    codecId = wanted;
  }

  @Override
  public void close() {
    av_frame_free(frame);
    av_packet_free(packet);
    avcodec_free_context(context);
  }
}
