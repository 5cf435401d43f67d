/// Values made before the clock starts, of which one after the other is stamped and sent.
///
/// The values lie behind each other in one buffer. None comes again before all have been sent:
/// with a pool larger than a batch, none repeats within what a codec sees at once, since a codec's
/// window never reaches beyond the batch that it compresses. The checksum of each payload is
/// computed here, so that stamping costs a few nanoseconds.
///
/// ```
/// pool.advance(to: RecordStamp(…))
/// producer.append(…, value: pool.value, …)
/// ```
public struct PayloadPool: ~Copyable, Sendable {
  public let codec: StampCodec
  /// How many values there are.
  public let count: Int
  @usableFromInline var bytes: [UInt8]
  /// Where each value begins, and where the last one ends; empty where all have `size` bytes.
  @usableFromInline let starts: [Int]
  @usableFromInline let size: Int
  @usableFromInline let checksums: [UInt64]
  @usableFromInline var slot: Int
  @usableFromInline var headerBytes = [UInt8](repeating: 0, count: StampForm.fullSize)

  /// Makes random values of one size.
  ///
  /// - Parameters:
  ///   - recordSize: Bytes of each value.
  ///   - compressibility: The ratio of a codec that finds all repetitions, stamps included; 1 is
  ///     random bytes. Values of a few dozen bytes cannot reach high ones.
  ///   - capacityBytes: About how large the pool is to be; at least two values are made.
  public init(
    recordSize: Int, compressibility: Double, capacityBytes: Int, seed: UInt64,
    codec: StampCodec
  ) {
    let size = max(recordSize, 0)
    let count = max(2, size == 0 ? 2 : capacityBytes / size)
    bytes = PayloadText.bytes(
      count: count * size, seed: seed,
      ratio: PayloadText.ratio(compressibility, recordSize: size, form: codec.form))
    self.count = count
    self.size = size
    self.codec = codec
    starts = []
    slot = count - 1
    checksums = Self.checksums(bytes, count: count, form: codec.form) { $0 * size }
  }

  /// Takes the lines of a file as values; a last line without a line feed counts.
  ///
  /// - Returns: Nil where there is no line with a byte in it.
  public init?(lines: [UInt8], codec: StampCodec) {
    var starts: [Int] = []
    var values: [UInt8] = []
    values.reserveCapacity(lines.count)
    for line in lines.split(separator: UInt8(ascii: "\n")) where !line.isEmpty {
      let end = line.last == UInt8(ascii: "\r") ? line.index(before: line.endIndex) : line.endIndex
      guard end > line.startIndex else { continue }
      starts.append(values.count)
      values.append(contentsOf: line[line.startIndex..<end])
    }
    guard !starts.isEmpty else { return nil }
    starts.append(values.count)
    let found = starts
    bytes = values
    count = found.count - 1
    size = 0
    self.starts = found
    self.codec = codec
    slot = found.count - 2
    checksums = Self.checksums(values, count: found.count - 1, form: codec.form) { found[$0] }
  }

  private static func checksums(
    _ bytes: [UInt8], count: Int, form: StampForm, start: (Int) -> Int
  ) -> [UInt64] {
    (0..<count).map { index in
      let from = start(index) + form.bytesInValue
      return Checksum64.checksum(bytes.bytesInPlace.extracting(from..<start(index + 1)))
    }
  }

  /// How large a pool should be where a codec sees the batches, in bytes: large enough that nothing
  /// repeats in one, small enough that many producers fit.
  ///
  /// - Parameter open: Batches that fill at the same time: a key sends neighbours in the pool to
  ///   different partitions, so that a batch of one is made of values that lie as far apart as all
  ///   of them together are long.
  /// - Returns: At least a batch. More than 64 MiB only where a batch itself is larger; all pools
  ///   together take 256 MiB, or two batches each.
  public static func capacity(batchSizeBytes: Int, open: Int = 1, producers: Int) -> Int {
    let share = (256 << 20) / max(1, producers)
    let span = batchSizeBytes.multipliedReportingOverflow(by: max(1, open))
    let wanted = min(
      max(16 << 20, 8 * batchSizeBytes, span.overflow ? .max : span.partialValue), capacityMost,
      share)
    return max(wanted, batchSizeBytes, min(2 * batchSizeBytes, capacityMost), 1 << 20)
  }

  private static let capacityMost = 64 << 20

  @inlinable
  func start(of slot: Int) -> Int { starts.isEmpty ? slot &* size : starts[slot] }

  /// Takes the next value and writes `stamp` on it (or into the header).
  ///
  /// - Complexity: O(1); no heap allocation.
  @inlinable
  public mutating func advance(to stamp: RecordStamp) {
    slot &+= 1
    if slot == count { slot = 0 }
    let payload = checksums[slot]
    let codec = codec
    let position = start(of: slot)
    if codec.form == .header {
      var target = headerBytes.mutableSpan
      var raw = unsafe target.mutableBytes  // bytes have no padding
      codec.write(stamp, payload: payload, into: &raw, at: 0)
    } else {
      var target = bytes.mutableSpan
      var raw = unsafe target.mutableBytes  // bytes have no padding
      codec.write(stamp, payload: payload, into: &raw, at: position)
    }
  }

  /// The bytes of the value that `advance` stamped.
  @inlinable
  public var value: RawSpan {
    @_lifetime(borrow self)
    borrowing get {
      let from = start(of: slot)
      let end = starts.isEmpty ? from &+ size : starts[slot &+ 1]
      return bytes.bytesInPlace.extracting(from..<end)
    }
  }

  /// The value of the header `StampForm.headerKey`, for the form that has one.
  @inlinable
  public var header: RawSpan {
    @_lifetime(borrow self)
    borrowing get { headerBytes.bytesInPlace }
  }

  /// The bytes of the value that `advance` takes next: for accounting before it is stamped.
  @inlinable
  public var nextSize: Int {
    if starts.isEmpty { return size }
    let next = slot &+ 1 == count ? 0 : slot &+ 1
    return starts[next &+ 1] &- starts[next]
  }
}
