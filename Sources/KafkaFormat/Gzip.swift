import CDeflate

/// gzip by libdeflate: whole buffers, one context a level.
@safe
struct GzipCompressor: ~Copyable {
  private var level: Int32 = 0
  private var context: OpaquePointer?

  init() {}

  deinit {
    if let context = unsafe context { unsafe libdeflate_free_compressor(context) }
  }

  mutating func compress(
    _ input: RawSpan, level: Int, into output: inout [UInt8], at position: Int
  ) throws(CompressionError) -> Int {
    let compressor = try unsafe prepared(level: Int32(level))
    let bound = unsafe libdeflate_gzip_compress_bound(compressor, input.byteCount)
    OutputBuffer.reserve(position + bound, in: &output)
    let size = unsafe output.withUnsafeMutableBytes { target in
      unsafe input.withUnsafeBytes { source in
        unsafe libdeflate_gzip_compress(
          compressor, source.baseAddress, source.count, target.baseAddress! + position,
          target.count - position)
      }
    }
    if size == 0 { throw .failed(.gzip) }
    return size
  }

  private mutating func prepared(level: Int32) throws(CompressionError) -> OpaquePointer {
    if let context = unsafe context {
      if level == self.level { return unsafe context }
      unsafe libdeflate_free_compressor(context)
    }
    unsafe context = libdeflate_alloc_compressor(level)
    self.level = level
    guard let context = unsafe context else { throw .failed(.gzip) }
    return unsafe context
  }
}

@safe
struct GzipDecompressor: ~Copyable {
  private var context: OpaquePointer?

  init() {}

  deinit {
    if let context = unsafe context { unsafe libdeflate_free_decompressor(context) }
  }

  /// Reads one gzip member after the other, to the end of the input.
  mutating func decompress(_ input: RawSpan, limit: Int, into output: inout [UInt8])
    throws(CompressionError) -> Int
  {
    if unsafe context == nil { unsafe context = libdeflate_alloc_decompressor() }
    guard let context = unsafe context else { throw .failed(.gzip) }

    var usable = OutputBuffer.firstGuess(
      claimed: Self.claimedSize(input), inputSize: input.byteCount, limit: limit)
    OutputBuffer.reserve(max(1, usable), in: &output)
    usable = min(limit, output.count)
    var consumed = 0
    var produced = 0
    repeat {
      guard Self.isHeadIntact(input.extracting(consumed..<input.byteCount)) else {
        throw .corrupt(.gzip)
      }
      var read = 0
      var made = 0
      let result = unsafe output.withUnsafeMutableBytes { target in
        unsafe input.withUnsafeBytes { source in
          unsafe libdeflate_gzip_decompress_ex(
            context, source.baseAddress.map { unsafe $0 + consumed }, source.count - consumed,
            target.baseAddress! + produced, usable - produced, &read, &made)
        }
      }
      switch result {
      case LIBDEFLATE_SUCCESS:
        consumed += read
        produced += made
      case LIBDEFLATE_INSUFFICIENT_SPACE:
        usable = try OutputBuffer.grow(&output, usable: usable, limit: limit)
      default:
        throw .corrupt(.gzip)
      }
    } while consumed < input.byteCount
    return produced
  }

  private enum HeadFlag {
    static let checksum: UInt8 = 0x02
    static let extra: UInt8 = 0x04
    static let name: UInt8 = 0x08
    static let comment: UInt8 = 0x10
  }

  /// Whether the checksum of a member's head, if it has one, is right: libdeflate passes over it,
  /// and Java refuses the member.
  private static func isHeadIntact(_ member: RawSpan) -> Bool {
    var reader = ByteReader(member)
    do {
      try reader.skip(3)
      let flags = try reader.uint8()
      if flags & HeadFlag.checksum == 0 { return true }
      try reader.skip(6)
      if flags & HeadFlag.extra != 0 { try reader.skip(Int(try reader.uint16().byteSwapped)) }
      if flags & HeadFlag.name != 0 { while try reader.uint8() != 0 {} }
      if flags & HeadFlag.comment != 0 { while try reader.uint8() != 0 {} }
      let actual = unsafe member.extracting(0..<reader.position).withUnsafeBytes { head in
        unsafe libdeflate_crc32(0, head.baseAddress, head.count)
      }
      return try reader.uint16().byteSwapped == UInt16(truncatingIfNeeded: actual)
    } catch {
      return false
    }
  }

  /// The size that the last member's trailer claims, modulo 2³².
  private static func claimedSize(_ input: RawSpan) -> Int? {
    guard input.byteCount >= 18 else { return nil }
    var reader = ByteReader(input.extracting(last: 4))
    guard let size = try? reader.uint32() else { return nil }
    return Int(size.byteSwapped)
  }
}
