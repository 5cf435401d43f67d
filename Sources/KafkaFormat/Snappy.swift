import CSnappy

/// snappy, raw (as librdkafka writes it) and in the xerial framing (as Java writes it).
///
/// Framing: `[0x82 "SNAPPY" 0 | version i32 | compatible version i32 | (size i32 | raw block)…]`
///
/// - Source: snappy-java's stream format, versions 1 and 1; Google's snappy format description.
enum Snappy {
  private static let magic: UInt64 = 0x8253_4e41_5050_5900
  private static let magicHead = Int32(bitPattern: 0x8253_4e41)
  private static let headerSize = 16
  /// As snappy-java cuts its input.
  private static let blockSize = 32 * 1024

  /// Writes the xerial framing, which all clients read.
  static func compress(_ input: RawSpan, into output: inout [UInt8], at position: Int)
    throws(CompressionError) -> Int
  {
    let blocks = (input.byteCount + blockSize - 1) / blockSize
    let bound = snappy_max_compressed_length(blockSize)
    OutputBuffer.reserve(position + headerSize + blocks * (4 + bound), in: &output)
    var end = position + headerSize
    writeHeader(in: &output, at: position)
    var start = 0
    while start < input.byteCount {
      let block = input.extracting(start..<min(start + blockSize, input.byteCount))
      start += block.byteCount
      var size = output.count - end - 4
      let status = unsafe output.withUnsafeMutableBytes { target in
        unsafe block.withUnsafeBytes { source in
          unsafe snappy_compress(
            source.baseAddress!.assumingMemoryBound(to: CChar.self), source.count,
            (target.baseAddress! + end + 4).assumingMemoryBound(to: CChar.self), &size)
        }
      }
      if status != SNAPPY_OK { throw .failed(.snappy) }
      var span = output.mutableSpan
      span.store(Int32(size), at: end)
      end += 4 + size
    }
    return end - position
  }

  private static func writeHeader(in output: inout [UInt8], at position: Int) {
    var span = output.mutableSpan
    span.store(magic, at: position)
    span.store(Int32(1), at: position + 8)
    span.store(Int32(1), at: position + 12)
  }

  static func decompress(_ input: RawSpan, limit: Int, into output: inout [UInt8])
    throws(CompressionError) -> Int
  {
    do {
      var reader = ByteReader(input)
      guard input.byteCount >= headerSize, try reader.int64() == Int64(bitPattern: magic) else {
        return try decompressBlock(input, limit: limit, into: &output, at: 0)
      }
      try reader.skip(8)
      var produced = 0
      while reader.remaining > 0 {
        let size = try reader.int32()
        if size == magicHead {
          // Another stream, head and all, behind the first.
          try reader.skip(headerSize - 4)
          continue
        }
        let block = try reader.span(Int(size))
        produced += try decompressBlock(block, limit: limit, into: &output, at: produced)
      }
      return produced
    } catch let error as CompressionError {
      throw error
    } catch {
      throw .corrupt(.snappy)
    }
  }

  /// Decompresses one raw block behind the `position` bytes made so far.
  private static func decompressBlock(
    _ block: RawSpan, limit: Int, into output: inout [UInt8], at position: Int
  ) throws(CompressionError) -> Int {
    var size = 0
    let known = unsafe block.withUnsafeBytes { source in
      unsafe source.isEmpty
        ? SNAPPY_INVALID_INPUT
        : snappy_uncompressed_length(
          source.baseAddress!.assumingMemoryBound(to: CChar.self), source.count, &size)
    }
    // Three bytes of snappy make 64 at the most, so that a greater claim is a lie.
    guard known == SNAPPY_OK, size / 22 <= block.byteCount else { throw .corrupt(.snappy) }
    if size > limit - position { throw .tooLarge(limit: limit) }
    OutputBuffer.reserve(max(1, position + size), in: &output)
    let status = unsafe output.withUnsafeMutableBytes { target in
      unsafe block.withUnsafeBytes { source in
        unsafe snappy_uncompress(
          source.baseAddress!.assumingMemoryBound(to: CChar.self), source.count,
          (target.baseAddress! + position).assumingMemoryBound(to: CChar.self), &size)
      }
    }
    if status != SNAPPY_OK { throw .corrupt(.snappy) }
    return size
  }
}
