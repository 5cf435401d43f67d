/// Bytes that have arrived and were not consumed yet, in one run.
///
/// ```
/// [ consumed | readable ……………… | free ……… ]
///            start              end         storage.count
/// ```
/// It grows with what has arrived, never with what a peer announces: see `expect`.
public struct ReceiveBuffer: ~Copyable {
  /// Filled by the transport; handlers use the views below.
  public var storage: [UInt8]
  public private(set) var start = 0
  public private(set) var end = 0
  /// How many readable bytes the handler waits for before it wants to be called again; at least 1.
  public private(set) var expected = 1

  public init(storage: [UInt8] = []) { self.storage = storage }

  public var count: Int { end - start }

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

  /// The transport wrote `count` bytes behind `end`.
  public mutating func advanceEnd(by count: Int) {
    precondition(count >= 0 && count <= storage.count - end, "received more than fits")
    end += count
  }

  /// Moves what is readable into `newStorage`, at its start. For the transport.
  public mutating func relocate(into newStorage: consuming [UInt8]) -> [UInt8] {
    let old = storage
    let count = end - start
    newStorage.replaceSubrange(0..<count, with: old[start..<end])
    storage = newStorage
    start = 0
    end = count
    return old
  }
}
