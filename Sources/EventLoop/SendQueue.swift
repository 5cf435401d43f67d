import Transport

/// Parts on their way out, in order; the first one may be half sent.
struct SendQueue {
  private var parts: [OutboundPart] = []
  private var head = 0
  /// All bytes, and those of them on the heap.
  private(set) var bytes = 0
  private(set) var heapBytes = 0

  var isEmpty: Bool { head == parts.count }
  var count: Int { parts.count - head }

  subscript(index: Int) -> OutboundPart { parts[head + index] }

  mutating func append(_ part: OutboundPart) {
    let size = part.count
    guard size > 0 else { return }
    bytes += size
    if case .bytes = part { heapBytes += size }
    parts.append(part)
  }

  /// `count` bytes of the first parts, which are all of the heap or one slice, have been sent.
  mutating func consume(_ count: Int) {
    var left = count
    bytes -= count
    while left > 0 {
      switch parts[head] {
      case .bytes(let all, let range):
        let taken = min(left, range.count)
        heapBytes -= taken
        left -= taken
        if taken == range.count {
          removeFirst()
        } else {
          parts[head] = .bytes(all, range.lowerBound + taken..<range.upperBound)
        }
      case .file(var slice):
        let taken = min(left, slice.count)
        left -= taken
        if taken == slice.count {
          removeFirst()
        } else {
          slice.position += Int64(taken)
          slice.count -= taken
          parts[head] = .file(slice)
        }
      }
    }
  }

  mutating func removeAll() {
    parts = []
    head = 0
    bytes = 0
    heapBytes = 0
  }

  private mutating func removeFirst() {
    parts[head] = .bytes([], 0..<0)
    head += 1
    if head == parts.count {
      parts.removeAll(keepingCapacity: parts.count <= 1_024)
      head = 0
    } else if head >= 256, 2 * head >= parts.count {
      parts.removeFirst(head)
      head = 0
    }
  }
}
