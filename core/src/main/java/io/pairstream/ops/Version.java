package io.pairstream.ops;

/// The version that records and reports carry.
public final class Version {
  private Version() {}

  /// The version of the jar, or `dev` when the classes do not come from one.
  public static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
