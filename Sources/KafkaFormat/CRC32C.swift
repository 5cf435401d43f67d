import CSystem

/// CRC-32C (Castagnoli), the checksum of a record batch.
public enum CRC32C {
  /// The checksum of `bytes`; `seed` is that of the bytes before them.
  public static func checksum(_ bytes: RawSpan, seed: UInt32 = 0) -> UInt32 {
    unsafe bytes.withUnsafeBytes { buffer in
      unsafe weir_crc32c(seed, buffer.baseAddress, buffer.count)
    }
  }

  /// The ways to compute it, the slowest first; for tests and benchmarks.
  public enum Path: Int32, Sendable, CaseIterable {
    case table = 0
    case instruction = 1
    case fold256 = 2
    case fold512 = 3

    /// Whether this machine can run it.
    public var isAvailable: Bool { weir_crc32c_path_available(rawValue) != 0 }
  }

  /// The checksum by a path that is available.
  public static func checksum(_ bytes: RawSpan, seed: UInt32 = 0, path: Path) -> UInt32 {
    precondition(path.isAvailable)
    return unsafe bytes.withUnsafeBytes { buffer in
      unsafe weir_crc32c_path(path.rawValue, seed, buffer.baseAddress, buffer.count)
    }
  }
}
