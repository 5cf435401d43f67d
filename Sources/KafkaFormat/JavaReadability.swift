/// Refuses compressed records that a codec's own library reads and Kafka's Java clients do not: a
/// batch is stored as it comes, and one such batch stops every Java consumer of its partition.
///
/// What Java refuses was observed on Kafka 4.3.1 with each of these forms; its broker refuses them
/// too. Snappy and gzip need no look: what their decompressors here read, Java reads.
///
/// - Complexity: O(blocks); no record is decompressed and nothing is allocated.
/// - Source: the lz4 frame format 1.6; RFC 8878 (zstd).
enum JavaReadability {
  static func check(_ compressed: RawSpan, codec: CompressionCodec) throws(CompressionError) {
    var reader = ByteReader(compressed)
    do {
      let problem: String? =
        switch codec {
        case .lz4: try problemOfLZ4(&reader)
        case .zstd: try problemOfZstd(&reader)
        case .none, .gzip, .snappy: nil
        }
      if let problem { throw CompressionError.unreadableByJava(codec, problem) }
    } catch let error as CompressionError {
      throw error
    } catch {
      throw .corrupt(codec)
    }
  }

  // MARK: lz4

  private enum LZ4Flag {
    static let dictionary: UInt8 = 0x01
    static let contentChecksum: UInt8 = 0x04
    static let contentSize: UInt8 = 0x08
    static let blockChecksum: UInt8 = 0x10
    static let independentBlocks: UInt8 = 0x20
  }

  private static let lz4Magic: UInt32 = 0x184D_2204

  /// Java reads one frame, from the first byte on, of blocks that are compressed each by itself.
  @_lifetime(reader: copy reader)
  private static func problemOfLZ4(_ reader: inout ByteReader) throws(FormatError) -> String? {
    if try reader.uint32().byteSwapped != lz4Magic {
      return "the records do not begin with an lz4 frame"
    }
    let flags = try reader.uint8()
    if flags & LZ4Flag.independentBlocks == 0 {
      return "the blocks of the lz4 frame are linked: write independent blocks"
    }
    if flags & LZ4Flag.dictionary != 0 { return "the lz4 frame needs a dictionary" }
    // Block descriptor and checksum of the head.
    try reader.skip(2 + (flags & LZ4Flag.contentSize == 0 ? 0 : 8))
    while true {
      let size = try reader.uint32().byteSwapped
      if size == 0 { break }
      // The highest bit says that the block is stored as it is.
      try reader.skip(Int(size & 0x7fff_ffff) + (flags & LZ4Flag.blockChecksum == 0 ? 0 : 4))
    }
    if flags & LZ4Flag.contentChecksum != 0 { try reader.skip(4) }
    return reader.remaining == 0
      ? nil : "\(reader.remaining) bytes follow the lz4 frame: write one frame"
  }

  // MARK: zstd

  private static let zstdMagic: UInt32 = 0xFD2F_B528
  /// The sixteen magic numbers of frames to be passed over.
  private static let skippableMagics: ClosedRange<UInt32> = 0x184D_2A50...0x184D_2A5F
  /// The largest window that Java's decompressor makes room for.
  private static let windowSizeMax: UInt64 = 1 << 27 + 1

  /// Java reads one frame after the other, each with a window of at most 128 MiB.
  @_lifetime(reader: copy reader)
  private static func problemOfZstd(_ reader: inout ByteReader) throws(FormatError) -> String? {
    while reader.remaining > 0 {
      let magic = try reader.uint32().byteSwapped
      if skippableMagics.contains(magic) {
        try reader.skip(Int(try reader.uint32().byteSwapped))
        continue
      }
      if magic != zstdMagic { return "the records are no zstd frame" }
      let descriptor = try reader.uint8()
      let windowSize = try zstdWindowSize(descriptor, &reader)
      if windowSize > windowSizeMax {
        return "the zstd window of \(windowSize) bytes is larger than 128 MiB: write with a window"
          + " log of at most 27"
      }
      try skipZstdBlocks(&reader)
      // The checksum of the content.
      if descriptor & 0x04 != 0 { try reader.skip(4) }
    }
    return nil
  }

  /// Reads what is left of a frame's head.
  @_lifetime(reader: copy reader)
  private static func zstdWindowSize(_ descriptor: UInt8, _ reader: inout ByteReader)
    throws(FormatError) -> UInt64
  {
    let isSingleSegment = descriptor & 0x20 != 0
    var windowSize: UInt64 = 0
    if !isSingleSegment {
      let window = try reader.uint8()
      let base = UInt64(1) << (10 + UInt64(window >> 3))
      windowSize = base + base / 8 * UInt64(window & 7)
    }
    try reader.skip([0, 1, 2, 4][Int(descriptor & 3)])
    let contentSize: UInt64
    switch descriptor >> 6 {
    case 0: contentSize = isSingleSegment ? UInt64(try reader.uint8()) : 0
    case 1: contentSize = UInt64(try reader.uint16().byteSwapped) + 256
    case 2: contentSize = UInt64(try reader.uint32().byteSwapped)
    default: contentSize = UInt64(bitPattern: try reader.int64().byteSwapped)
    }
    // A frame of a single segment keeps all of its content.
    return isSingleSegment ? contentSize : windowSize
  }

  @_lifetime(reader: copy reader)
  private static func skipZstdBlocks(_ reader: inout ByteReader) throws(FormatError) {
    while true {
      let low = UInt32(try reader.uint16().byteSwapped)
      let head = low | UInt32(try reader.uint8()) << 16
      // A repeated byte is written once, whatever its count.
      let isRepeated = head >> 1 & 3 == 1
      try reader.skip(isRepeated ? 1 : Int(head >> 3))
      if head & 1 != 0 { return }
    }
  }
}
