import KafkaFormat
import Testing

@Suite("Codecs")
struct CodecTests {
  static let codecs = CompressionCodec.allCases.filter { $0 != .none }

  static func decompressed(_ bytes: [UInt8], _ codec: CompressionCodec, limit: Int = 64 << 20)
    -> Result<[UInt8], CompressionError>
  {
    var output: [UInt8] = []
    do {
      let size = try Decompressor().decompress(
        bytes.rawSpan, codec: codec, limit: limit, into: &output)
      return .success(Array(output.prefix(size)))
    } catch { return .failure(error) }
  }

  static func compressed(_ bytes: [UInt8], _ codec: CompressionCodec, level: Int? = nil) throws
    -> [UInt8]
  {
    var output: [UInt8] = []
    let size = try Compressor().compress(
      bytes.rawSpan, codec: codec, level: level, into: &output)
    return Array(output.prefix(size))
  }

  @Test("any bytes come back, with contexts and buffers used again", arguments: codecs)
  func roundTrip(codec: CompressionCodec) throws {
    var generator = SplitMix64(seed: 21)
    let compressor = Compressor()
    let decompressor = Decompressor()
    var packed: [UInt8] = []
    var output: [UInt8] = []
    for size in [0, 1, 5, 100, 32_768, 32_769, 65_536, 300_000, 17] {
      let repeating = (0..<size).map { UInt8(truncatingIfNeeded: $0 / 7) }
      for input in [generator.bytes(size), repeating] {
        let count = try compressor.compress(
          input.rawSpan, codec: codec, into: &packed, at: 13)
        let back = try decompressor.decompress(
          packed.rawSpan.extracting(13..<(13 + count)), codec: codec, limit: 300_000,
          into: &output)
        #expect(back == size && output.prefix(back).elementsEqual(input))
      }
    }
  }

  @Test("every level writes what is read back", arguments: codecs)
  func levels(codec: CompressionCodec) throws {
    let input = (0..<20_000).map { UInt8(truncatingIfNeeded: $0 * $0 / 50) }
    let levels = codec.levels.map { Array(max(-5, $0.lowerBound)...$0.upperBound) } ?? [0]
    for level in levels + [-1_000_000, 1_000_000] {
      let packed = try Self.compressed(input, codec, level: level)
      #expect(try Self.decompressed(packed, codec).get() == input)
    }
  }

  @Test("what would become larger than allowed is refused", arguments: codecs)
  func limit(codec: CompressionCodec) throws {
    let input = [UInt8](repeating: 0, count: 1_000_000)
    let packed = try Self.compressed(input, codec)
    #expect(try Self.decompressed(packed, codec, limit: input.count).get() == input)
    for limit in [0, 1, 65_536, input.count - 1] {
      #expect(Self.decompressed(packed, codec, limit: limit) == .failure(.tooLarge(limit: limit)))
    }
  }

  @Test("a bomb ends at the limit, and its claim reserves nothing", arguments: codecs)
  func bomb(codec: CompressionCodec) throws {
    let packed = try Self.compressed([UInt8](repeating: 0, count: 64 << 20), codec)
    var output: [UInt8] = []
    #expect(throws: CompressionError.tooLarge(limit: 1 << 20)) {
      try Decompressor().decompress(packed.rawSpan, codec: codec, limit: 1 << 20, into: &output)
    }
    #expect(output.capacity <= 4 << 20)
  }

  @Test("members and frames one after the other are read as one", arguments: codecs)
  func concatenated(codec: CompressionCodec) throws {
    if codec == .snappy { return }
    let first = try Self.compressed(Array("first ".utf8), codec)
    let second = try Self.compressed(Array("second".utf8), codec)
    let both = try Self.decompressed(first + second, codec).get()
    #expect(both == Array("first second".utf8))
  }

  @Test("snappy is read raw and in the xerial framing, which may start again")
  func snappyForms() throws {
    // A raw block: length 5, one literal of five bytes.
    let raw: [UInt8] = [5, 4 << 2] + Array("hello".utf8)
    #expect(try Self.decompressed(raw, .snappy).get() == Array("hello".utf8))
    let framed = try Self.compressed(Array("hello".utf8), .snappy)
    #expect(framed.starts(with: [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1]))
    #expect(try Self.decompressed(framed + framed, .snappy).get() == Array("hellohello".utf8))
    // A claim of 4 GB from seven bytes.
    let lie: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0x61]
    #expect(Self.decompressed(lie, .snappy) == .failure(.corrupt(.snappy)))
  }

  @Test("lz4 is written in independent blocks, as Java needs it")
  func lz4Frame() throws {
    let packed = try Self.compressed([UInt8](repeating: 1, count: 100), .lz4)
    // Magic, then version 1 with block independence and nothing else, then blocks of 64 KiB.
    #expect(packed.starts(with: [0x04, 0x22, 0x4d, 0x18, 0x60, 0x40]))
  }

  @Test("bytes cut short or damaged throw and never trap", arguments: codecs)
  func damaged(codec: CompressionCodec) throws {
    var generator = SplitMix64(seed: 22)
    let input = (0..<600).map { UInt8(truncatingIfNeeded: $0 / 5) }
    let packed = try Self.compressed(input, codec)
    for count in 0..<packed.count {
      if case .success(let bytes) = Self.decompressed(Array(packed.prefix(count)), codec) {
        #expect(bytes.count < input.count)
      }
    }
    for _ in 0..<2_000 {
      var bytes = packed
      bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8(
        truncatingIfNeeded: generator.next())
      _ = Self.decompressed(bytes, codec, limit: 1 << 20)
      let noise = generator.bytes(Int.random(in: 0...64, using: &generator))
      _ = Self.decompressed(noise, codec, limit: 1 << 20)
    }
  }
}
