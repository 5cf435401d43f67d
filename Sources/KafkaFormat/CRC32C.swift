import CSystem

/// CRC-32C (Castagnoli), the checksum of a record batch.
public enum CRC32C {
  /// The checksum of `bytes`; `seed` is that of the bytes before them.
  public static func checksum(_ bytes: RawSpan, seed: UInt32 = 0) -> UInt32 {
    unsafe bytes.withUnsafeBytes { buffer in
      unsafe weir_crc32c(seed, buffer.baseAddress, buffer.count)
    }
  }
}
