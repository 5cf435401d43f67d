/// Why bytes could not be compressed or decompressed.
public enum CompressionError: Error, Sendable, Equatable {
  /// They would become more than the caller allows.
  case tooLarge(limit: Int)
  /// They are not what the codec writes.
  case corrupt(CompressionCodec)
  /// The codec's library reads them, Kafka's Java clients do not; with the reason.
  case unreadableByJava(CompressionCodec, String)
  /// The codec cannot be used here, or not at this level.
  case unsupported(CompressionCodec)
  /// The library ran out of memory or failed otherwise.
  case failed(CompressionCodec)
}
