/// Builds one record batch: records are encoded as they come, into a buffer of a given capacity.
///
/// ```swift
/// var builder = RecordBatchBuilder(capacity: 1 << 20)
/// while builder.append(timestamp: now, key: nil, value: payload) { … }   // false: it is full
/// let batch = try builder.finish(options, compressor: compressor)         // empty again
/// builder.recycle(batch)                                                  // once it was sent
/// ```
/// The first record's timestamp becomes `baseTimestamp`. In a hot loop, hold it in a local or an
/// `inout`: a class's property is checked for exclusive access at every record, which costs as
/// much as the record.
///
/// - Complexity: append is O(bytes of the record), without a heap allocation.
public struct RecordBatchBuilder: ~Copyable {
  /// The most bytes that the batch may take before compression, its head included.
  public private(set) var capacity: Int
  /// Always as long as the part in use; it grows up to `capacity` in steps.
  @usableFromInline
  var storage: [UInt8]
  @usableFromInline
  var spare: [UInt8] = []
  @usableFromInline
  var end = RecordBatchHeader.size
  @usableFromInline
  var count: Int32 = 0
  @usableFromInline
  var firstTimestamp: Int64 = -1
  @usableFromInline
  var greatestTimestamp: Int64 = -1

  /// - Parameters:
  ///   - capacity: At least room for the head.
  ///   - storage: An array to use again; its contents do not matter.
  public init(capacity: Int, reusing storage: consuming [UInt8] = []) {
    self.capacity = max(capacity, RecordBatchHeader.size)
    self.storage = storage
    self.storage.reserveCapacity(self.capacity)
    extendStorage(to: RecordBatchHeader.size)
  }

  /// Lets the batch take up to `capacity` bytes from now on; never fewer than before.
  ///
  /// - Complexity: O(bytes of the batch so far).
  public mutating func grow(to capacity: Int) {
    guard capacity > self.capacity else { return }
    self.capacity = capacity
    storage.reserveCapacity(capacity)
  }

  /// How many records are in.
  @inlinable
  public var recordCount: Int { Int(count) }
  @inlinable
  public var isEmpty: Bool { count == 0 }
  /// The size of the batch as it is now, before compression.
  @inlinable
  public var sizeInBytes: Int { end }
  /// The first record's timestamp; −1 while there is none.
  @inlinable
  public var baseTimestamp: Int64 { firstTimestamp }
  /// The greatest timestamp; −1 while there is none.
  @inlinable
  public var maxTimestamp: Int64 { greatestTimestamp }

  // MARK: Sizes

  /// The most bytes that a record can take anywhere in a batch, its length field included.
  @inlinable
  public static func maximumSizeOfRecord(
    keySize: Int?, valueSize: Int?, headerSize: Int = 0
  ) -> Int {
    // Length, attributes, timestamp delta, offset delta, two sizes, count of headers.
    5 + 1 + 10 + 5 + 5 + 5 + 5 + (keySize ?? 0) + (valueSize ?? 0) + headerSize
  }

  /// The exact size of the body of the record that would be appended next.
  @inlinable
  func sizeOfBody(
    timestampDelta: Int64, keySize: Int?, valueSize: Int?, headerCount: Int, headerSize: Int
  ) -> Int {
    var size = 1 &+ VarintSize.of(VarintSize.zigzag(timestampDelta))
    size &+= VarintSize.of(length: Int(count))
    size &+= keySize.map { VarintSize.of(length: $0) &+ $0 } ?? 1
    size &+= valueSize.map { VarintSize.of(length: $0) &+ $0 } ?? 1
    return size &+ VarintSize.of(length: headerCount) &+ headerSize
  }

  /// The exact size of the record that would be appended next, its length field included.
  @inlinable
  public func sizeOfRecord(
    timestamp: Int64, keySize: Int?, valueSize: Int?, headers: RecordHeaders? = nil
  ) -> Int {
    let body = sizeOfBody(
      timestampDelta: count == 0 ? 0 : timestamp &- firstTimestamp, keySize: keySize,
      valueSize: valueSize, headerCount: headers?.count ?? 0,
      headerSize: headers?.encoded.count ?? 0)
    return VarintSize.of(length: body) &+ body
  }

  // MARK: Appending

  /// Appends a record without headers.
  ///
  /// - Returns: false where it does not fit; the batch is as it was.
  @inlinable
  public mutating func append(timestamp: Int64, key: RawSpan?, value: RawSpan?) -> Bool {
    append(timestamp: timestamp, key: key, value: value, headerCount: 0, headers: nil)
  }

  /// Appends a record with headers.
  @inlinable
  public mutating func append(
    timestamp: Int64, key: RawSpan?, value: RawSpan?, headers: RecordHeaders
  ) -> Bool {
    append(
      timestamp: timestamp, key: key, value: value, headerCount: headers.count,
      headers: headers.encoded.rawSpan)
  }

  /// Appends a record whose headers are encoded already, without their count: another record's
  /// `headerBytes`.
  @inlinable
  public mutating func append(
    timestamp: Int64, key: RawSpan?, value: RawSpan?, headerCount: Int, headers: RawSpan?
  ) -> Bool {
    let delta = count == 0 ? 0 : timestamp &- firstTimestamp
    let body = sizeOfBody(
      timestampDelta: delta, keySize: key?.byteCount, valueSize: value?.byteCount,
      headerCount: headerCount, headerSize: headers?.byteCount ?? 0)
    let size = VarintSize.of(length: body) &+ body
    if size > capacity &- end { return false }
    if size > storage.count &- end { extendStorage(to: end &+ size) }

    let start = end
    let index = count
    var span = storage.mutableSpan
    var writer = SpanWriter(unsafe span.mutableBytes, at: start)
    writer.varlong(Int64(body))
    writer.byte(0)
    writer.varlong(delta)
    writer.varint(index)
    if let key {
      writer.varlong(Int64(key.byteCount))
      writer.run(key)
    } else {
      writer.byte(1)
    }
    if let value {
      writer.varlong(Int64(value.byteCount))
      writer.run(value)
    } else {
      writer.byte(1)
    }
    writer.varlong(Int64(headerCount))
    if let headers { writer.run(headers) }

    end &+= size
    if count == 0 { firstTimestamp = timestamp }
    if timestamp > greatestTimestamp { greatestTimestamp = timestamp }
    count &+= 1
    return true
  }

  /// Makes the part in use at least `needed` bytes long: in doubling steps, so that a batch that
  /// stays small does not touch its whole capacity.
  @usableFromInline
  mutating func extendStorage(to needed: Int) {
    if storage.count >= needed { return }
    let target = min(capacity, max(needed, 2 * storage.count, 4096))
    storage.append(contentsOf: [UInt8](repeating: 0, count: target - storage.count))
  }
}
