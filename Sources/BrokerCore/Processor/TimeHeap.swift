/// What is due when, the earliest first: a binary heap.
struct TimeHeap<Element> {
  private var entries: [(nanos: Int64, element: Element)] = []

  var first: (nanos: Int64, element: Element)? { entries.first }
  var count: Int { entries.count }

  /// Forgets what is not wanted any more.
  mutating func keep(where isWanted: (Int64, Element) -> Bool) {
    // Sorted, it is a heap.
    entries = entries.filter { isWanted($0.nanos, $0.element) }.sorted { $0.nanos < $1.nanos }
  }

  mutating func add(_ nanos: Int64, _ element: Element) {
    entries.append((nanos, element))
    var child = entries.count - 1
    while child > 0, entries[child].nanos < entries[(child - 1) / 2].nanos {
      entries.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Takes the first, if its time has come.
  mutating func popDue(_ nowNanos: Int64) -> (nanos: Int64, element: Element)? {
    guard let first = entries.first, first.nanos <= nowNanos else { return nil }
    removeFirst()
    return first
  }

  private mutating func removeFirst() {
    let last = entries.removeLast()
    if entries.isEmpty { return }
    entries[0] = last
    var parent = 0
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < entries.count && entries[child].nanos < entries[smallest].nanos {
        smallest = child
      }
      if smallest == parent { return }
      entries.swapAt(parent, smallest)
      parent = smallest
    }
  }
}
