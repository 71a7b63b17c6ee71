package io.pairstream.trainer.weights;

import io.pairstream.clip.DType;
import java.util.Optional;

/// An element type in a file of weights; the names of the constants are those of safetensors.
public enum StoredType {
  F64("float64", "DoubleStorage", "f8", DType.F64, 8),
  F32("float32", "FloatStorage", "f4", DType.F32, 4),
  F16("float16", "HalfStorage", "f2", DType.F16, 2),
  BF16("bfloat16", "BFloat16Storage", "", DType.F32, 2),
  I64("int64", "LongStorage", "i8", DType.I64, 8),
  I32("int32", "IntStorage", "i4", DType.I32, 4),
  I16("int16", "ShortStorage", "i2", DType.I32, 2),
  I8("int8", "CharStorage", "i1", DType.I32, 1),
  U8("uint8", "ByteStorage", "u1", DType.U8, 1),
  BOOL("bool", "BoolStorage", "b1", DType.U8, 1);

  private final String torchName;
  private final String storageName;
  private final String numpyCode;
  private final DType dense;
  private final int bytes;

  StoredType(String torchName, String storageName, String numpyCode, DType dense, int bytes) {
    this.torchName = torchName;
    this.storageName = storageName;
    this.numpyCode = numpyCode;
    this.dense = dense;
    this.bytes = bytes;
  }

  /// Size of one element, in bytes.
  public int bytes() {
    return bytes;
  }

  /// What [StoredTensor#dense()] makes of it: the same type where [DType] has it, or the next wider
  /// one; every value is kept exactly.
  public DType dense() {
    return dense;
  }

  /// `float32`
  public String torchName() {
    return torchName;
  }

  static Optional<StoredType> ofTorchName(String name) {
    return find(type -> type.torchName.equals(name));
  }

  static Optional<StoredType> ofStorage(String className) {
    return find(type -> type.storageName.equals(className));
  }

  static Optional<StoredType> ofNumpy(String code) {
    return code.isEmpty() ? Optional.empty() : find(type -> type.numpyCode.equals(code));
  }

  static Optional<StoredType> ofSafetensors(String name) {
    return find(type -> type.name().equals(name));
  }

  private static Optional<StoredType> find(java.util.function.Predicate<StoredType> wanted) {
    return java.util.Arrays.stream(values()).filter(wanted).findFirst();
  }
}
