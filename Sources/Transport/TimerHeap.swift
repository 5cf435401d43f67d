/// Actions by time, earliest first; those of one time in the order they were scheduled.
///
/// - Complexity: `schedule` and `popDue` O(log n), `cancel` O(1): a cancelled entry stays in the
///   heap until it comes up, or until such entries are the most.
public struct TimerHeap {
  public init() {}

  private struct Entry {
    var time: Int64
    var id: UInt64

    func isBefore(_ other: Entry) -> Bool { (time, id) < (other.time, other.id) }
  }
  private var entries: [Entry] = []
  private var actions: [UInt64: () -> Void] = [:]
  private var lastID: UInt64 = 0

  public var count: Int { actions.count }

  public mutating func schedule(at time: MonotonicTime, _ action: @escaping () -> Void) -> TimerID {
    lastID += 1
    actions[lastID] = action
    entries.append(Entry(time: time.nanoseconds, id: lastID))
    siftUp(entries.count - 1)
    return TimerID(value: lastID)
  }

  public mutating func cancel(_ timer: TimerID) {
    guard actions.removeValue(forKey: timer.value) != nil else { return }
    if entries.count > 64, entries.count > 2 * actions.count { rebuild() }
  }

  public mutating func removeAll() {
    entries = []
    actions = [:]
  }

  /// When the earliest one is due.
  public mutating func nextTime() -> MonotonicTime? {
    while let first = entries.first {
      if actions[first.id] != nil { return MonotonicTime(nanoseconds: first.time) }
      removeFirst()
    }
    return nil
  }

  /// The earliest action, if it is due at `now` and was scheduled before `limit`.
  public mutating func popDue(at now: MonotonicTime, limit: TimerID) -> (() -> Void)? {
    while let first = entries.first, first.time <= now.nanoseconds, first.id <= limit.value {
      removeFirst()
      if let action = actions.removeValue(forKey: first.id) { return action }
    }
    return nil
  }

  /// The last one scheduled: what is scheduled while timers run waits for the next turn.
  public var newest: TimerID { TimerID(value: lastID) }

  private mutating func rebuild() {
    entries.removeAll { actions[$0.id] == nil }
    entries.sort { $0.isBefore($1) }
  }

  private mutating func removeFirst() {
    let last = entries.removeLast()
    guard !entries.isEmpty else { return }
    entries[0] = last
    siftDown(0)
  }

  private mutating func siftUp(_ start: Int) {
    var index = start
    while index > 0 {
      let parent = (index - 1) / 2
      guard entries[index].isBefore(entries[parent]) else { return }
      entries.swapAt(index, parent)
      index = parent
    }
  }

  private mutating func siftDown(_ start: Int) {
    var index = start
    while true {
      var least = index
      let left = 2 * index + 1
      if left < entries.count, entries[left].isBefore(entries[least]) { least = left }
      if left + 1 < entries.count, entries[left + 1].isBefore(entries[least]) { least = left + 1 }
      if least == index { return }
      entries.swapAt(index, least)
      index = least
    }
  }
}
