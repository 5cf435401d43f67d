import CLZ4

/// lz4 frames: blocks of 64 KiB, each by itself, because Java reads no linked ones; no checksums,
/// as Java writes them.
@safe
struct LZ4Compressor: ~Copyable {
  private var context: OpaquePointer?

  init() {}

  deinit {
    if let context = unsafe context { unsafe _ = LZ4F_freeCompressionContext(context) }
  }

  /// - Parameter level: `nil` and 1–2 are the fast compressor, 3 and more the thorough one.
  mutating func compress(
    _ input: RawSpan, level: Int?, into output: inout [UInt8], at position: Int
  ) throws(CompressionError) -> Int {
    var preferences = LZ4F_preferences_t()
    preferences.frameInfo.blockSizeID = LZ4F_max64KB
    preferences.frameInfo.blockMode = LZ4F_blockIndependent
    preferences.compressionLevel = Int32(level ?? 0)
    preferences.autoFlush = 1
    if unsafe context == nil {
      var created: OpaquePointer?
      let result = unsafe LZ4F_createCompressionContext(&created, UInt32(LZ4F_VERSION))
      if LZ4F_isError(result) != 0 { throw .failed(.lz4) }
      unsafe context = created
    }
    guard let context = unsafe context else { throw .failed(.lz4) }

    let bound = unsafe 32 + LZ4F_compressBound(input.byteCount, &preferences)
    OutputBuffer.reserve(position + bound, in: &output)
    let end: Int? = unsafe output.withUnsafeMutableBytes { target in
      unsafe input.withUnsafeBytes { source in
        var end = position
        func advance(_ size: Int) -> Bool {
          if LZ4F_isError(size) != 0 { return false }
          end += size
          return true
        }
        var options = LZ4F_compressOptions_t()
        options.stableSrc = 1
        let base = target.baseAddress!
        guard
          unsafe advance(
            LZ4F_compressBegin(context, base + end, target.count - end, &preferences)),
          unsafe advance(
            LZ4F_compressUpdate(
              context, base + end, target.count - end, source.baseAddress, source.count,
              &options)),
          unsafe advance(LZ4F_compressEnd(context, base + end, target.count - end, &options))
        else { return nil }
        return end
      }
    }
    guard let end else { throw .failed(.lz4) }
    return end - position
  }
}

/// Reads frames of every kind that the format allows, one after the other.
@safe
struct LZ4Decompressor: ~Copyable {
  private var context: OpaquePointer?

  init() {}

  deinit {
    if let context = unsafe context { unsafe _ = LZ4F_freeDecompressionContext(context) }
  }

  mutating func decompress(_ input: RawSpan, limit: Int, into output: inout [UInt8])
    throws(CompressionError) -> Int
  {
    if unsafe context == nil {
      var created: OpaquePointer?
      let result = unsafe LZ4F_createDecompressionContext(&created, UInt32(LZ4F_VERSION))
      if LZ4F_isError(result) != 0 { throw .failed(.lz4) }
      unsafe context = created
    }
    guard let context = unsafe context else { throw .failed(.lz4) }
    unsafe LZ4F_resetDecompressionContext(context)

    let guess = OutputBuffer.firstGuess(claimed: nil, inputSize: input.byteCount, limit: limit)
    OutputBuffer.reserve(max(1, guess), in: &output)
    var usable = min(limit, output.count)
    var consumed = 0
    var produced = 0
    var more = 1
    while consumed < input.byteCount || more != 0 {
      var read = input.byteCount - consumed
      var made = usable - produced
      more = unsafe output.withUnsafeMutableBytes { target in
        unsafe input.withUnsafeBytes { source in
          unsafe LZ4F_decompress(
            context, target.baseAddress! + produced, &made,
            source.baseAddress.map { unsafe $0 + consumed }, &read, nil)
        }
      }
      if LZ4F_isError(more) != 0 { throw .corrupt(.lz4) }
      consumed += read
      produced += made
      if read == 0, made == 0, more != 0 {
        // Nothing moved: it waits for room, or for input that is not there.
        if produced < usable { throw .corrupt(.lz4) }
        usable = try OutputBuffer.grow(&output, usable: usable, limit: limit)
      }
    }
    return produced
  }
}
