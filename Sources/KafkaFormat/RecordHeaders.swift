/// The headers of a record as they will stand in it: encoded once, appended to many.
public struct RecordHeaders: Sendable {
  public private(set) var count = 0
  /// The headers' own bytes, without their count.
  public private(set) var encoded: [UInt8] = []

  public init() {}

  public init(_ headers: [(key: String, value: [UInt8]?)]) {
    for header in headers { append(key: header.key, value: header.value) }
  }

  /// Adds one header; keys may repeat.
  public mutating func append(key: String, value: [UInt8]?) {
    var writer = ByteWriter(reserving: 16)
    let text = Array(key.utf8)
    writer.varint(Int32(text.count))
    writer.raw(text)
    writer.varint(value.map { Int32($0.count) } ?? -1)
    if let value { writer.raw(value) }
    encoded += writer.finish()
    count += 1
  }

  /// Empties it; the storage is kept.
  public mutating func removeAll() {
    encoded.removeAll(keepingCapacity: true)
    count = 0
  }
}
