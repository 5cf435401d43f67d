import CZstd

/// zstd, whole buffers.
@safe
struct ZstdCompressor: ~Copyable {
  private var context: OpaquePointer?

  init() {}

  deinit {
    if let context = unsafe context { unsafe _ = ZSTD_freeCCtx(context) }
  }

  mutating func compress(
    _ input: RawSpan, level: Int, into output: inout [UInt8], at position: Int
  ) throws(CompressionError) -> Int {
    if unsafe context == nil { unsafe context = ZSTD_createCCtx() }
    guard let context = unsafe context else { throw .failed(.zstd) }
    OutputBuffer.reserve(position + ZSTD_compressBound(input.byteCount), in: &output)
    let size = unsafe output.withUnsafeMutableBytes { target in
      unsafe input.withUnsafeBytes { source in
        unsafe ZSTD_compressCCtx(
          context, target.baseAddress! + position, target.count - position,
          source.baseAddress, source.count, Int32(level))
      }
    }
    if ZSTD_isError(size) != 0 { throw .failed(.zstd) }
    return size
  }
}

/// Decompresses straight into the output, so that no window that a frame asks for is ever
/// allocated; where the output is too small, it starts again with twice as much.
@safe
struct ZstdDecompressor: ~Copyable {
  private var context: OpaquePointer?

  init() {}

  deinit {
    if let context = unsafe context { unsafe _ = ZSTD_freeDCtx(context) }
  }

  mutating func decompress(_ input: RawSpan, limit: Int, into output: inout [UInt8])
    throws(CompressionError) -> Int
  {
    if unsafe context == nil { unsafe context = ZSTD_createDCtx() }
    guard let context = unsafe context else { throw .failed(.zstd) }
    let claimed = try claimedSize(input, limit: limit)
    let guess = OutputBuffer.firstGuess(
      claimed: claimed, inputSize: input.byteCount, limit: limit)
    OutputBuffer.reserve(max(1, guess), in: &output)
    var usable = min(limit, output.count)
    while true {
      let result = unsafe output.withUnsafeMutableBytes { target in
        unsafe input.withUnsafeBytes { source in
          unsafe ZSTD_decompressDCtx(
            context, target.baseAddress!, usable, source.baseAddress, source.count)
        }
      }
      if ZSTD_isError(result) == 0 { return result }
      guard ZSTD_getErrorCode(result) == ZSTD_error_dstSize_tooSmall else {
        throw .corrupt(.zstd)
      }
      usable = try OutputBuffer.grow(&output, usable: usable, limit: limit)
    }
  }

  /// What the first frame says that it holds; `nil` where it says nothing.
  private func claimedSize(_ input: RawSpan, limit: Int) throws(CompressionError) -> Int? {
    let size = unsafe input.withUnsafeBytes { source in
      unsafe ZSTD_getFrameContentSize(source.baseAddress, source.count)
    }
    switch size {
    case UInt64.max: return nil
    case UInt64.max - 1: throw .corrupt(.zstd)
    default:
      if size > UInt64(limit) { throw .tooLarge(limit: limit) }
      return Int(size)
    }
  }
}
