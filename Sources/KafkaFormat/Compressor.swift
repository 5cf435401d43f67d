/// Compresses the records of batches; keeps its contexts between calls.
///
/// - Isolation: one thread at a time.
public final class Compressor {
  private var gzip = GzipCompressor()
  private var lz4 = LZ4Compressor()
  private var zstd = ZstdCompressor()

  public init() {}

  /// Compresses `input` into `output` from `position` on; `output` grows where needed and never
  /// shrinks. Of its bytes, those before `position` stay as they are.
  ///
  /// - Parameter level: On the codec's own scale, cut to its range; `nil` is Kafka's default.
  /// - Returns: How many bytes were written.
  public func compress(
    _ input: RawSpan, codec: CompressionCodec, level: Int? = nil, into output: inout [UInt8],
    at position: Int = 0
  ) throws(CompressionError) -> Int {
    let level = codec.levels.flatMap { range in
      level.map { min(max($0, range.lowerBound), range.upperBound) }
    }
    switch codec {
    case .none: throw .unsupported(.none)
    case .gzip: return try gzip.compress(input, level: level ?? 6, into: &output, at: position)
    case .snappy: return try Snappy.compress(input, into: &output, at: position)
    case .lz4: return try lz4.compress(input, level: level, into: &output, at: position)
    case .zstd: return try zstd.compress(input, level: level ?? 3, into: &output, at: position)
    }
  }
}

/// Decompresses the records of batches; keeps its contexts between calls.
///
/// What the compressed bytes claim about their size reserves nothing: the output grows with what
/// was really made, and never past the limit.
///
/// - Isolation: one thread at a time.
public final class Decompressor {
  private var gzip = GzipDecompressor()
  private var lz4 = LZ4Decompressor()
  private var zstd = ZstdDecompressor()

  public init() {}

  /// Decompresses all of `input` into the start of `output`, which grows where needed and never
  /// shrinks; its bytes behind those made mean nothing.
  ///
  /// - Parameter limit: The most bytes that may come out.
  /// - Returns: How many bytes came out.
  public func decompress(
    _ input: RawSpan, codec: CompressionCodec, limit: Int, into output: inout [UInt8]
  ) throws(CompressionError) -> Int {
    let limit = max(0, limit)
    switch codec {
    case .none: throw .unsupported(.none)
    case .gzip: return try gzip.decompress(input, limit: limit, into: &output)
    case .snappy: return try Snappy.decompress(input, limit: limit, into: &output)
    case .lz4: return try lz4.decompress(input, limit: limit, into: &output)
    case .zstd: return try zstd.decompress(input, limit: limit, into: &output)
    }
  }
}

/// How an output buffer grows while nobody knows yet how much comes out.
enum OutputBuffer {
  /// Makes `output` at least `size` bytes long.
  static func reserve(_ size: Int, in output: inout [UInt8]) {
    if output.count >= size { return }
    output.append(contentsOf: [UInt8](repeating: 0, count: size - output.count))
  }

  /// The first size to try: what the bytes claim, where that is not absurd beside their number.
  static func firstGuess(claimed: Int?, inputSize: Int, limit: Int) -> Int {
    let plausible = 64 &* inputSize &+ 65_536
    return min(limit, min(claimed ?? 4 &* inputSize, plausible))
  }

  /// Doubles the output up to `limit`, or throws where it is there already.
  static func grow(_ output: inout [UInt8], usable: Int, limit: Int) throws(CompressionError)
    -> Int
  {
    if usable >= limit { throw .tooLarge(limit: limit) }
    let next = min(limit, max(2 &* usable, 4096))
    reserve(next, in: &output)
    return next
  }
}
