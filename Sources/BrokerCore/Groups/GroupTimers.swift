/// A deadline of a group or of one of its members.
final class GroupTimer {
  enum Kind: Equatable {
    /// A member's session, or the time that an id without a member is kept.
    case session(memberId: String)
    /// The end of the joining phase, or of the initial delay.
    case join
    /// The end of the synchronising phase.
    case sync
  }

  let groupId: String
  let kind: Kind
  /// When it is to fire; `Int64.max` where it is not.
  fileprivate(set) var dueNanos = Int64.max
  /// The entry of the queue that counts; others of this timer are leftovers.
  fileprivate var queuedNanos = Int64.max

  init(groupId: String, kind: Kind) {
    self.groupId = groupId
    self.kind = kind
  }

  var isSet: Bool { dueNanos != .max }
}

/// The deadlines of one shard: a heap by time.
///
/// Putting a timer off costs nothing, for the heap learns of it when the earlier time has come; so
/// a heartbeat is a store.
struct GroupTimers {
  private var heap: [(nanos: Int64, timer: GroupTimer)] = []
  private var leftoverCount = 0

  /// When `popDue` may have something, at the earliest; `Int64.max`: never.
  var next: Int64 { heap.first?.nanos ?? .max }
  var count: Int { heap.count }

  mutating func set(_ timer: GroupTimer, at nanos: Int64) {
    timer.dueNanos = nanos
    guard nanos < timer.queuedNanos else { return }
    if timer.queuedNanos != .max { leftoverCount += 1 }
    timer.queuedNanos = nanos
    push(nanos, timer)
  }

  mutating func cancel(_ timer: GroupTimer) {
    guard timer.isSet else { return }
    timer.dueNanos = .max
    timer.queuedNanos = .max
    leftoverCount += 1
    if leftoverCount > 256, leftoverCount > heap.count / 2 { sweep() }
  }

  /// The timer whose time came first, if it has come. It is no longer set.
  mutating func popDue(_ now: Int64) -> GroupTimer? {
    while let (nanos, timer) = heap.first, nanos <= now {
      removeFirst()
      guard timer.queuedNanos == nanos else {
        leftoverCount = max(0, leftoverCount - 1)
        continue
      }
      timer.queuedNanos = .max
      if timer.dueNanos <= now {
        timer.dueNanos = .max
        return timer
      }
      timer.queuedNanos = timer.dueNanos
      push(timer.dueNanos, timer)
    }
    return nil
  }

  /// Throws the leftovers away.
  private mutating func sweep() {
    let kept = heap.filter { $0.timer.queuedNanos == $0.nanos }
    heap.removeAll(keepingCapacity: true)
    leftoverCount = 0
    for (nanos, timer) in kept { push(nanos, timer) }
  }

  private mutating func push(_ nanos: Int64, _ timer: GroupTimer) {
    heap.append((nanos, timer))
    var child = heap.count - 1
    while child > 0, heap[child].nanos < heap[(child - 1) / 2].nanos {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func removeFirst() {
    let last = heap.removeLast()
    if heap.isEmpty { return }
    heap[0] = last
    var parent = 0
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].nanos < heap[smallest].nanos { smallest = child }
      if smallest == parent { return }
      heap.swapAt(parent, smallest)
      parent = smallest
    }
  }
}
