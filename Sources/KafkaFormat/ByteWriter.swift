/// Writes Kafka's primitives into a growing buffer: messages, not records (those have a writer
/// of their own, over a buffer of fixed size).
public struct ByteWriter: ~Copyable {
  /// What was written so far.
  public private(set) var bytes: [UInt8]

  public init(reserving capacity: Int = 256) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  public var count: Int { bytes.count }

  /// Ends the writing and hands the bytes out.
  public consuming func finish() -> [UInt8] { bytes }

  // MARK: Fixed width, big-endian

  public mutating func int8(_ value: Int8) { bytes.append(UInt8(bitPattern: value)) }
  public mutating func uint8(_ value: UInt8) { bytes.append(value) }
  public mutating func bool(_ value: Bool) { bytes.append(value ? 1 : 0) }
  public mutating func int16(_ value: Int16) { uint16(UInt16(bitPattern: value)) }
  public mutating func uint16(_ value: UInt16) {
    bytes.append(UInt8(truncatingIfNeeded: value &>> 8))
    bytes.append(UInt8(truncatingIfNeeded: value))
  }
  public mutating func int32(_ value: Int32) { uint32(UInt32(bitPattern: value)) }
  public mutating func uint32(_ value: UInt32) {
    uint16(UInt16(truncatingIfNeeded: value &>> 16))
    uint16(UInt16(truncatingIfNeeded: value))
  }
  public mutating func int64(_ value: Int64) { uint64(UInt64(bitPattern: value)) }
  public mutating func uint64(_ value: UInt64) {
    uint32(UInt32(truncatingIfNeeded: value &>> 32))
    uint32(UInt32(truncatingIfNeeded: value))
  }
  public mutating func float64(_ value: Double) { uint64(value.bitPattern) }
  public mutating func uuid(_ value: KafkaUUID) {
    uint64(value.high)
    uint64(value.low)
  }

  // MARK: Variable width

  public mutating func unsignedVarint(_ value: UInt32) { varBits(UInt64(value)) }
  /// Zigzag.
  public mutating func varint(_ value: Int32) {
    varBits(UInt64(UInt32(bitPattern: (value &<< 1) ^ (value &>> 31))))
  }
  /// Zigzag.
  public mutating func varlong(_ value: Int64) {
    varBits(UInt64(bitPattern: (value &<< 1) ^ (value &>> 63)))
  }
  mutating func varBits(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest &>>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  // MARK: Runs of bytes

  public mutating func raw(_ value: [UInt8]) { bytes.append(contentsOf: value) }
  public mutating func raw(_ value: RawSpan) {
    bytes.reserveCapacity(bytes.count + value.byteCount)
    unsafe value.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
  }

  /// Text without a length.
  public mutating func raw(utf8 value: Substring.UTF8View) { bytes.append(contentsOf: value) }

  /// Overwrites four bytes written before, for a length that is known only at the end.
  public mutating func patchInt32(_ value: Int32, at position: Int) {
    let pattern = UInt32(bitPattern: value)
    bytes[position] = UInt8(truncatingIfNeeded: pattern &>> 24)
    bytes[position + 1] = UInt8(truncatingIfNeeded: pattern &>> 16)
    bytes[position + 2] = UInt8(truncatingIfNeeded: pattern &>> 8)
    bytes[position + 3] = UInt8(truncatingIfNeeded: pattern)
  }
}
