package io.pairstream.producer.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pairstream.testing.Require;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Combinations of codec, container, pixel format, field order, rate, rotation and colours: each
/// way to read gives the frames of the ffmpeg program. Each column of the tables may be empty.
///
/// `hdr10.mp4`, which the bundled program cannot encode, comes from one with x264: `-i
/// testsrc2=s=48x32:r=25:d=0.16 -c:v libx264 -g 4 -x264-params` with BT.2020, `smpte2084`,
/// `mastering-display=…L(10000000,50)` and `cll=1000,400`.
class CombinationsTest {
  /// A file's name, its size and rate, and how the program encodes it.
  private static final String ENCODED =
      """
      h264.mp4       | 64x48:r=25  | -c:v libopenh264 -g 7
      h264.ts        | 64x48:r=25  | -c:v libopenh264 -g 7
      h264.flv       | 64x48:r=25  | -c:v libopenh264 -g 7
      h264.h264      | 64x48:r=25  | -c:v libopenh264 -g 7
      h264_ntsc.mov  | 62x46:r=30000/1001 | -c:v libopenh264 -g 7
      h264_tv.mkv    | 64x48:r=24  | -c:v libopenh264 -vf setparams=range=tv:colorspace=bt470bg:color_primaries=bt470bg
      mpeg4.avi      | 47x33:r=15  | -c:v mpeg4 -q:v 3
      mpeg4_b.mp4    | 64x48:r=25  | -c:v mpeg4 -q:v 3 -bf 2 -g 9
      mpeg4_b.avi    | 64x48:r=25  | -c:v mpeg4 -q:v 3 -bf 2 -g 9
      mpeg4_qpel.m4v | 64x48:r=25  | -c:v mpeg4 -q:v 3 -flags +qpel
      mpeg4_i.avi    | 64x48:r=25  | -vf setfield=tff -c:v mpeg4 -q:v 3 -flags +ilme+ildct
      mpeg1.mpg      | 64x48:r=25  | -c:v mpeg1video -q:v 3 -bf 2
      mpeg2.ts       | 64x48:r=25  | -c:v mpeg2video -q:v 3 -bf 2
      mpeg2_i.mpg    | 64x48:r=25  | -vf setfield=tff -c:v mpeg2video -q:v 3 -flags +ilme+ildct
      mpeg2_b.mpg    | 64x64:r=25  | -vf setfield=bff -c:v mpeg2video -q:v 3 -flags +ilme+ildct -bf 2
      mpeg2_i.mkv    | 64x48:r=25  | -vf setfield=bff -c:v mpeg2video -q:v 3 -flags +ilme+ildct -bf 2
      mpeg2_422.mxf  | 64x48:r=25  | -vf setfield=tff -c:v mpeg2video -q:v 3 -pix_fmt yuv422p -flags +ilme+ildct
      telecine.mpg   | 64x48:r=24000/1001 | -vf telecine -c:v mpeg2video -q:v 3 -flags +ilme+ildct
      mpeg2.m2v      | 64x48:r=25  | -c:v mpeg2video -q:v 3 -bf 2
      prores.mov     | 64x48:r=25  | -c:v prores_ks
      prores_i.mov   | 64x48:r=25  | -vf setfield=tff -c:v prores_ks -flags +ildct
      prores_4444.mov| 64x48:r=25  | -c:v prores_ks -pix_fmt yuva444p10le
      dv.dv          | 720x576:r=25| -frames:v 3 -c:v dvvideo -pix_fmt yuv420p
      dv_ntsc.avi    | 720x480:r=30000/1001 | -frames:v 3 -c:v dvvideo -pix_fmt yuv411p
      dv.mov         | 720x576:r=25| -frames:v 3 -c:v dvvideo -pix_fmt yuv420p
      dnxhr.mov      | 256x128:r=25| -frames:v 5 -c:v dnxhd -profile:v dnxhr_hq -pix_fmt yuv422p
      mjpeg.avi      | 64x48:r=10  | -c:v mjpeg -q:v 3 -pix_fmt yuvj422p
      mjpeg.mjpeg    | 64x48:r=10  | -c:v mjpeg -q:v 3 -pix_fmt yuvj444p
      mjpeg_tv.mkv   | 64x48:r=10  | -c:v mjpeg -q:v 3 -pix_fmt yuv420p -color_range tv -strict unofficial
      vp8.webm       | 64x48:r=30  | -c:v libvpx -deadline realtime -cpu-used 8 -auto-alt-ref 1 -lag-in-frames 5
      vp8_alpha.webm | 64x48:r=30  | -c:v libvpx -deadline realtime -cpu-used 8 -pix_fmt yuva420p -auto-alt-ref 0
      vp9.webm       | 64x48:r=30  | -c:v libvpx-vp9 -deadline realtime -cpu-used 8
      vp9_444.mkv    | 64x48:r=30  | -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -pix_fmt yuv444p
      vp9_10.mp4     | 64x48:r=30  | -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -pix_fmt yuv420p10le -vf setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc
      vp9.ivf        | 64x48:r=30  | -c:v libvpx-vp9 -deadline realtime -cpu-used 8
      av1.mp4        | 64x64:r=25  | -frames:v 10 -c:v libsvtav1 -preset 12
      av1.ivf        | 64x64:r=25  | -frames:v 10 -c:v libsvtav1 -preset 12
      av1.obu        | 64x64:r=25  | -frames:v 10 -c:v libsvtav1 -preset 12
      ffv1_i.mkv     | 64x48:r=25  | -vf setfield=tff -c:v ffv1 -pix_fmt yuv420p
      ffv1_709.mkv   | 64x48:r=25  | -c:v ffv1 -pix_fmt yuv422p10le -vf setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=pc
      ffv1_rgb.mkv   | 64x48:r=25  | -c:v ffv1 -pix_fmt gbrp10le
      ffv1_rgba.nut  | 64x48:r=25  | -c:v ffv1 -pix_fmt bgra
      ffv1_410.mkv   | 64x48:r=25  | -c:v ffv1 -pix_fmt yuv410p
      ffv1_grey.mkv  | 64x48:r=25  | -c:v ffv1 -pix_fmt gray16le
      ffv1_240m.mkv  | 64x48:r=25  | -c:v ffv1 -pix_fmt yuv420p -vf setparams=colorspace=smpte240m:color_primaries=smpte240m
      ffv1_fcc.mkv   | 64x48:r=25  | -c:v ffv1 -pix_fmt yuv440p -vf setparams=colorspace=fcc:color_trc=bt470m
      huffyuv.avi    | 64x48:r=25  | -c:v huffyuv -pix_fmt yuv422p
      utvideo_i.avi  | 64x48:r=25  | -vf setfield=tff -c:v utvideo -pix_fmt yuv420p
      raw.avi        | 64x48:r=25  | -c:v rawvideo -pix_fmt bgr24
      raw_yuyv.avi   | 64x48:r=25  | -c:v rawvideo -pix_fmt yuyv422
      raw_nv12.mkv   | 64x48:r=25  | -c:v rawvideo -pix_fmt nv12
      wmv2.wmv       | 64x48:r=25  | -c:v wmv2 -q:v 3
      msmpeg4.avi    | 64x48:r=25  | -c:v msmpeg4 -q:v 3
      h263.3gp       | 128x96:r=15 | -c:v h263 -q:v 3
      flv1.flv       | 64x48:r=15  | -c:v flv -q:v 3
      theora_less.ogv| 64x48:r=15  | -c:v libvpx -deadline realtime -cpu-used 8
      rv20.rm        | 64x48:r=15  | -c:v rv20 -q:v 3
      h261.h261      | 176x144:r=30| -c:v h261
      h263.h263      | 128x96:r=30 | -c:v h263
      dirac.drc      | 128x96:r=25 | -c:v vc2 -pix_fmt yuv420p
      dnxhr.dnxhd    | 256x128:r=25| -frames:v 5 -c:v dnxhd -profile:v dnxhr_hq -pix_fmt yuv422p
      flash.swf      | 64x48:r=15  | -c:v flv
      mpeg2.wtv      | 64x48:r=25  | -c:v mpeg2video
      mpeg1.m1v      | 64x48:r=25  | -c:v mpeg1video
      raw_pal.avi    | 64x48:r=25  | -c:v rawvideo -pix_fmt pal8
      raw_555.avi    | 64x48:r=25  | -c:v rawvideo -pix_fmt rgb555le
      v210.mov       | 64x48:r=25  | -c:v v210
      tiny.mkv       | 3x2:r=25    | -c:v ffv1 -pix_fmt yuv420p
      odd.mkv        | 17x15:r=25  | -c:v ffv1 -pix_fmt yuv420p
      xyz.mov        | 64x48:r=25  | -c:v jpeg2000 -pix_fmt xyz12le -frames:v 5
      gif.gif        | 40x30:r=10  | -c:v gif
      apng.apng      | 40x30:r=10  | -f apng -c:v apng -plays 0
      y4m.y4m        | 40x30:r=10  | -pix_fmt yuv420p
      y4m_444.y4m    | 40x30:r=10  | -pix_fmt yuv444p
      cinepak.mov    | 64x48:r=10  | -c:v cinepak -frames:v 5
      svq1.mov       | 64x48:r=10  | -c:v svq1 -frames:v 5
      qtrle.mov      | 64x48:r=10  | -c:v qtrle
      png.mov        | 64x48:r=10  | -c:v png
      jpeg2000.mxf   | 64x48:r=25  | -c:v jpeg2000 -frames:v 5
      vfr.mkv        | 64x48:r=30  | -vf select=mod(n\\,3) -fps_mode vfr -c:v libopenh264
      two.ts         | 64x48:r=25  | -filter_complex [0:v]split[a][b];[b]scale=96:80,hflip[c] -map [a] -map [c] -c:v libopenh264
      two_first.mkv  | 64x48:r=25  | -filter_complex [0:v]split[a][b];[b]scale=96:80,hflip[c] -map [a] -map [c] -c:v libopenh264
      fragments.mp4  | 64x48:r=25  | -c:v libopenh264 -g 7 -movflags frag_keyframe+empty_moov
      speedhq.avi    | 64x48:r=25  | -vf setfield=tff -c:v speedhq -pix_fmt yuv422p
      """;

  /// A file's name, what is copied into it, and with which options before and after `-i`.
  private static final String COPIED =
      """
      turned_90.mp4  | h264.mp4    | -display_rotation 90               |
      turned_180.mkv | h264.mp4    | -display_rotation 180              |
      turned_270.mov | prores_i.mov| -display_rotation 270              |
      turned_90.mov  | prores.mov  | -display_rotation 90               |
      mirrored.mp4   | h264.mp4    | -display_hflip -display_rotation 90|
      slanted.mp4    | h264.mp4    | -display_rotation 30               |
      cut.mp4        | h264.mp4    | -ss 0.5                            |
      cut_b.mp4      | mpeg4_b.mp4 | -ss 0.5                            |
      cut_end.mp4    | h264.mp4    |                                    | -t 0.5
      cut_both.mov   | h264.mp4    | -ss 0.4                            | -t 0.3
      hlg.mp4        | h264.mp4    |                                    | -bsf:v h264_metadata=colour_primaries=9:transfer_characteristics=18:matrix_coefficients=9
      cut_inside.mp4 | h264.mp4    |                                    | -bsf:v h264_metadata=crop_left=6:crop_top=4
      turned_inside.mp4 | h264.mp4 |                                    | -bsf:v h264_metadata=rotate=90
      hdr10.mkv      | hdr10.mp4   |                                    |
      turned_hdr.mp4 | hdr10.mp4   | -display_rotation 90               |
      cut.mkv        | h264.mp4    | -ss 0.5                            |
      formats.avi    | formats.mjpeg | -f mjpeg                         |
      formats.mkv    | formats.mjpeg | -f mjpeg                         |
      turned.mkv     | formats.mjpeg | -f mjpeg -display_rotation 90    |
      turned_odd.mkv | odd.mkv      | -display_rotation 270            |
      turned_raw.nut | raw_yuyv.avi  | -display_rotation 90             |
      turned_10.mov  | prores_4444.mov | -display_rotation 270           |
      """;

  /// A file's name and the files that lie in it one after the other.
  private static final String JOINED =
      """
      sizes.ts       | h264.ts large.ts
      sizes_down.ts  | large.ts h264.ts
      fields.ts      | mpeg2.ts fields_i.ts
      formats.mjpeg  | mjpeg.mjpeg other.mjpeg grey.mjpeg
      sizes.m2v      | mpeg2.m2v large.m2v
      sizes.h264     | h264.h264 large.h264
      """;

  private static final String JOINTS =
      """
      large.ts       | 96x80:r=25  | -c:v libopenh264 -g 7
      fields_i.ts    | 64x48:r=25  | -vf setfield=tff -c:v mpeg2video -q:v 3 -flags +ilme+ildct
      other.mjpeg    | 32x64:r=10  | -c:v mjpeg -q:v 3 -pix_fmt yuvj420p
      grey.mjpeg     | 64x48:r=10  | -c:v mjpeg -q:v 3 -pix_fmt gray
      large.m2v      | 96x80:r=25  | -c:v mpeg2video -q:v 3
      large.h264     | 96x80:r=25  | -c:v libopenh264 -g 7
      """;

  private static FfmpegProgram ffmpeg;

  @TempDir static Path folder;

  @BeforeAll
  static void unpack() throws Exception {
    ffmpeg = FfmpegProgram.unpack();
  }

  @AfterAll
  static void delete() {
    ffmpeg.close();
  }

  @Test
  void everyCombinationGivesTheProgramsFramesOnEveryPath() throws Exception {
    List<Path> files = new ArrayList<>(atOnce(rows(ENCODED), CombinationsTest::encode));
    try (InputStream made = CombinationsTest.class.getResourceAsStream("hdr10.mp4")) {
      Files.copy(Objects.requireNonNull(made), folder.resolve("hdr10.mp4"));
    }
    atOnce(rows(JOINTS), CombinationsTest::encode);
    files.addAll(atOnce(rows(JOINED), CombinationsTest::join));
    files.addAll(atOnce(rows(COPIED), CombinationsTest::copy));
    assertThat(differences(files)).isEmpty();
  }

  @Test
  void soDoCasesThatUsersBring() throws Exception {
    List<Path> files = new ArrayList<>();
    for (String kind : List.of("interlaced", "trimmed-edit-list", "containers")) {
      try (Stream<Path> cases = Files.list(Require.shared("cases/" + kind))) {
        files.addAll(cases.sorted().toList());
      }
    }
    assertThat(differences(files)).isEmpty();
  }

  @Test
  void whatTheContainerCutsOffIsCutOff() throws Exception {
    byte[] mkv =
        Files.readAllBytes(
            encode(new String[] {"uncut.mkv", "64x48", "-vf setsar=2 -c:v libopenh264"}));
    // Matroska's DisplayWidth and DisplayHeight, of one byte each, become PixelCropTop
    // (7, of which FFmpeg leaves out whole pairs and 1 at the bottom) and PixelCropLeft (10).
    patch(
        mkv,
        new byte[] {0x54, (byte) 0xB0, (byte) 0x81, 8},
        new byte[] {0x54, (byte) 0xBB, (byte) 0x81, 7});
    patch(
        mkv,
        new byte[] {0x54, (byte) 0xBA, (byte) 0x81, 3},
        new byte[] {0x54, (byte) 0xCC, (byte) 0x81, 10});
    Path cut = Files.write(folder.resolve("cut_off.mkv"), mkv);
    Path turned = copy(new String[] {"cut_turned.mkv", "cut_off.mkv", "-display_rotation 90", ""});
    assertThat(EveryPath.read(cut, 1).frames().getFirst()).startsWith(54 * 40 * 3 + " ");
    assertThat(differences(List.of(cut, turned))).isEmpty();
  }

  private static void patch(byte[] bytes, byte[] old, byte[] by) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int at = text.indexOf(new String(old, StandardCharsets.ISO_8859_1));
    System.arraycopy(by, 0, bytes, at, by.length);
  }

  @Test
  void aContainerThatIsNotReadIsNamed() throws Exception {
    Path jpeg = encode(new String[] {"a.jpg", "32x32:r=10", "-frames:v 1 -update 1"});
    Path image = encode(new String[] {"a.png", "32x32:r=10", "-frames:v 1 -update 1"});
    assertThatThrownBy(() -> EveryPath.read(jpeg, 1))
        .isInstanceOf(VideoException.class)
        .hasMessage(
            "it is not a video in a container that is read, but jpeg_pipe (piped jpeg sequence)");
    assertThatThrownBy(() -> EveryPath.read(image, 1))
        .isInstanceOf(VideoException.class)
        .hasMessage(
            "it is not a video in a container that is read, but png_pipe (piped png sequence)");
  }

  @Test
  void avisAsOtherProgramsWriteThemAreWhole() throws Exception {
    String[] between = {"between.avi", "64x48:r=25", "-c:v mpeg4 -q:v 3 -bf 1 -g 12"};
    String[] plain = {"plain.avi", "64x48:r=25", "-c:v mpeg4 -q:v 3"};
    AviChunks packed = AviChunks.read(Files.readAllBytes(encode(between))).packed();
    AviChunks dropping = AviChunks.read(Files.readAllBytes(encode(plain)));
    List<Path> files =
        List.of(
            Files.write(folder.resolve("packed.avi"), packed.bytes()),
            Files.write(folder.resolve("empty.avi"), dropping.withDrops(new byte[0]).bytes()),
            Files.write(
                folder.resolve("not_coded.avi"), dropping.withDrops(AviChunks.notCoded()).bytes()));
    assertThat(differences(files)).isEmpty();
    Path cut = folder.resolve("cut_short.avi");
    Files.write(cut, Arrays.copyOf(packed.bytes(), (int) (Files.size(files.getFirst()) * 2 / 3)));
    assertThat(EveryPath.read(cut, 1).damage().orElse("")).contains("announced");
  }

  @Test
  void anEditListDoesNotKeepFramesFromBeingSkipped() throws Exception {
    for (String name : List.of("trim_copy.mp4", "trim_copy2.mp4")) {
      Path file = Require.shared("cases/trimmed-edit-list/" + name);
      try (VideoReader reader = VideoReader.open(file, VideoReader.ReadingOptions.DEFAULT)) {
        SampledFrames first = sampleFirst(reader, OptionalInt.empty());
        assertThat(reader.decodedFrames()).isEqualTo(first.frames());
        assertThat(sampleFirst(reader, first.wholeFrames())).isEqualTo(first);
        assertThat(reader.decodedFrames()).isEqualTo(1);
      }
    }
  }

  private static SampledFrames sampleFirst(VideoReader reader, OptionalInt whole)
      throws VideoException, IOException {
    return reader.sample(_ -> new int[] {0}, (_, _) -> {}, whole);
  }

  /// What is not as it should be, a line for each file.
  private static List<String> differences(List<Path> files) throws Exception {
    return atOnce(files, CombinationsTest::difference).stream().filter(s -> !s.isEmpty()).toList();
  }

  private static String difference(Path file) throws Exception {
    List<String> program = EveryPath.program(ffmpeg, file);
    try {
      EveryPath.Found ours = EveryPath.read(file, 1, 3, 7, 1000);
      if (ours.damage().isPresent()) {
        return "%s: %s".formatted(file.getFileName(), ours.damage().get());
      }
      if (program.isEmpty()) {
        return file.getFileName() + ": the program reads nothing";
      }
      for (int i = 0; i < Math.min(ours.frames().size(), program.size()); i++) {
        if (!ours.frames().get(i).equals(program.get(i))) {
          return "%s: frame %d is not the program's".formatted(file.getFileName(), i);
        }
      }
      return ours.frames().size() == program.size()
          ? ""
          : "%s: %d frames instead of %d"
              .formatted(file.getFileName(), ours.frames().size(), program.size());
    } catch (VideoException e) {
      return "%s: refused: %s".formatted(file.getFileName(), e.getMessage());
    } catch (AssertionError e) {
      return String.valueOf(e.getMessage());
    }
  }

  /// Something to do for one row or file.
  @FunctionalInterface
  private interface Step<A, B> {
    B of(A what) throws Exception;
  }

  private static <A, B> List<B> atOnce(List<A> all, Step<A, B> step) throws Exception {
    List<Callable<B>> calls = new ArrayList<>();
    all.forEach(one -> calls.add(() -> step.of(one)));
    List<B> results = new ArrayList<>();
    try (ExecutorService cores =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      for (var result : cores.invokeAll(calls)) {
        results.add(result.get());
      }
    }
    return results;
  }

  private static List<String[]> rows(String table) {
    return table.lines().map(line -> line.split("\\s*\\|\\s*", -1)).toList();
  }

  private static Path encode(String[] row) throws IOException, InterruptedException {
    Path file = folder.resolve(row[0]);
    List<String> arguments = new ArrayList<>(List.of("-y", "-threads", "1", "-f", "lavfi"));
    arguments.addAll(List.of("-i", "testsrc2=s=" + row[1], "-frames:v", "24", "-threads", "1"));
    arguments.addAll(Arrays.asList(row[2].split(" ")));
    arguments.add(file.toString());
    ffmpeg.run(arguments);
    return file;
  }

  private static Path copy(String[] row) throws IOException, InterruptedException {
    Path file = folder.resolve(row[0]);
    List<String> arguments = new ArrayList<>(List.of("-y"));
    arguments.addAll(words(row[2]));
    arguments.addAll(List.of("-i", folder.resolve(row[1]).toString(), "-c", "copy"));
    arguments.addAll(words(row[3]));
    arguments.add(file.toString());
    ffmpeg.run(arguments);
    return file;
  }

  private static Path join(String[] row) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String part : words(row[1])) {
      bytes.writeBytes(Files.readAllBytes(folder.resolve(part)));
    }
    return Files.write(folder.resolve(row[0]), bytes.toByteArray());
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" "));
  }
}
