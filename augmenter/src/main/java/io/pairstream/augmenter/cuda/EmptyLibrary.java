package io.pairstream.augmenter.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// A shared library with a name and nothing in it, as an ELF file (System V ABI, chapters 4 and 5).
///
/// bytedeco's library for the driver asks for `libcudart.so.13` too, the runtime that comes with
/// CUDA's toolkit and not with the driver. We call none of its functions, and functions are looked
/// for when they are called first: a library of that name is all that is needed.
final class EmptyLibrary {
  private static final int HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final int PROGRAM_HEADERS = 3;
  private static final int DYNAMIC = HEADER + PROGRAM_HEADERS * PROGRAM_HEADER;
  private static final int DYNAMIC_ENTRIES = 6;
  private static final int SYMBOLS = DYNAMIC + DYNAMIC_ENTRIES * 16;
  private static final int SYMBOL = 24;
  private static final int STRINGS = SYMBOLS + SYMBOL;
  private static final long PAGE = 0x10000;

  private EmptyLibrary() {}

  /// The file's bytes.
  ///
  /// @param name its DT_SONAME, by which those that need it find it
  /// @param machine e_machine: 62 for x86-64, 183 for AArch64
  static byte[] elf(String name, int machine) {
    byte[] text = (name + "\0").getBytes(StandardCharsets.US_ASCII);
    int size = STRINGS + 1 + text.length;
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    // Class 64, little-endian, version 1; ET_DYN.
    file.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1}).position(16);
    file.putShort((short) 3).putShort((short) machine).putInt(1);
    file.putLong(0).putLong(HEADER).putLong(0).putInt(0);
    file.putShort((short) HEADER)
        .putShort((short) PROGRAM_HEADER)
        .putShort((short) PROGRAM_HEADERS);
    file.position(HEADER);
    int load = 1;
    int dynamic = 2;
    // Says that the stack need not be executable.
    int stack = 0x6474e551;
    program(file, load, 0, size, PAGE);
    program(file, dynamic, DYNAMIC, DYNAMIC_ENTRIES * 16L, 8);
    program(file, stack, 0, 0, 16);
    // DT_SONAME, DT_STRTAB, DT_SYMTAB, DT_STRSZ, DT_SYMENT, DT_NULL.
    long[] entries = {14, 1, 5, STRINGS, 6, SYMBOLS, 10, 1L + text.length, 11, SYMBOL, 0, 0};
    for (long entry : entries) {
      file.putLong(entry);
    }
    file.position(STRINGS + 1).put(text);
    return file.array();
  }

  /// Readable and writable: the loader writes into the dynamic section.
  private static void program(ByteBuffer file, int type, long offset, long bytes, long alignment) {
    file.putInt(type).putInt(6).putLong(offset).putLong(offset).putLong(offset);
    file.putLong(bytes).putLong(bytes).putLong(alignment);
  }
}
