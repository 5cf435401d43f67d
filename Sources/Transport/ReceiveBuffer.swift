/// Bytes that have arrived and were not consumed yet, in one run.
///
/// ```
/// [ consumed | readable ……………… | free ……… ]
///            start              end         capacity
/// ```
/// It grows with what has arrived, never with what a peer announces: see `expect`.
public struct ReceiveBuffer: ~Copyable {
  private var storage: [UInt8]
  public private(set) var start = 0
  public private(set) var end = 0
  /// How many readable bytes the handler waits for before it wants to be called again; at least 1.
  public private(set) var expected = 1

  public init(storage: [UInt8] = []) { self.storage = storage }

  public var count: Int { end - start }
  /// Bytes of the storage, used or not.
  public var capacity: Int { storage.count }

  /// What has arrived.
  public var readable: RawSpan {
    @_lifetime(borrow self)
    borrowing get { unsafe storage.span.bytes.extracting(start..<end) }
  }

  /// What has arrived, to be patched in place (offsets, epoch).
  @_lifetime(&self)
  public mutating func mutableReadable() -> MutableSpan<UInt8> {
    let range = start..<end
    let all = storage.mutableSpan
    return all._consumingExtracting(range)
  }

  /// A part of what has arrived, counted from the first readable byte, to be patched in place.
  @_lifetime(&self)
  public mutating func mutableReadable(_ part: Range<Int>) -> MutableSpan<UInt8> {
    precondition(part.upperBound <= count, "reads what has not arrived")
    let range = start + part.lowerBound..<start + part.upperBound
    let all = storage.mutableSpan
    return all._consumingExtracting(range)
  }

  /// Gives the first `count` bytes back.
  public mutating func consume(_ count: Int) {
    precondition(count >= 0 && count <= end - start, "consumed more than has arrived")
    start += count
    expected = 1
    if start == end {
      start = 0
      end = 0
    }
  }

  /// Nothing more can be done before `count` bytes are readable.
  public mutating func expect(_ count: Int) { expected = max(1, count) }
}

/// The transport's side of the buffer.
extension ReceiveBuffer {
  /// Room for up to `most` bytes behind what has arrived, to be filled and then told by
  /// `advanceEnd`.
  @_lifetime(&self)
  public mutating func free(atMost most: Int) -> MutableSpan<UInt8> {
    let range = end..<min(storage.count, end + most)
    let all = storage.mutableSpan
    return all._consumingExtracting(range)
  }

  /// `count` bytes were written behind `end`.
  public mutating func advanceEnd(by count: Int) {
    precondition(count >= 0 && count <= storage.count - end, "received more than fits")
    end += count
  }

  /// Moves what is readable to the storage's start.
  public mutating func compact() {
    guard start > 0 else { return }
    let range = start..<end
    unsafe storage.withUnsafeMutableBytes { bytes in
      unsafe bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
    }
    start = 0
    end = range.count
  }

  /// Moves what is readable into `newStorage`, at its start; the old storage comes back.
  public mutating func relocate(into newStorage: consuming [UInt8]) -> [UInt8] {
    let range = start..<end
    precondition(newStorage.count >= range.count, "the new storage is too small")
    var other = newStorage
    unsafe other.withUnsafeMutableBytes { target in
      unsafe storage.withUnsafeBytes { source in
        unsafe target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[range]))
      }
    }
    swap(&other, &storage)
    start = 0
    end = range.count
    return other
  }

  /// Takes the storage away from an empty buffer; what is expected stays.
  public mutating func releaseStorage() -> [UInt8] {
    precondition(start == end, "the storage holds bytes that nobody consumed")
    var other: [UInt8] = []
    swap(&other, &storage)
    start = 0
    end = 0
    return other
  }
}
