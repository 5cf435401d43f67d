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

/// The deadlines of one shard.
///
/// Putting a timer off costs nothing, for the heap learns of it when the earlier time has come; so
/// a heartbeat is a store.
struct GroupTimers {
  private var heap = TimeHeap<GroupTimer>()
  private var leftoverCount = 0

  /// When `popDue` may have something, at the earliest; `Int64.max`: never.
  var next: Int64 { heap.first?.nanos ?? .max }
  var count: Int { heap.count }

  mutating func set(_ timer: GroupTimer, at nanos: Int64) {
    timer.dueNanos = nanos
    guard nanos < timer.queuedNanos else { return }
    if timer.queuedNanos != .max { leftoverCount += 1 }
    timer.queuedNanos = nanos
    heap.add(nanos, timer)
  }

  mutating func cancel(_ timer: GroupTimer) {
    guard timer.isSet else { return }
    timer.dueNanos = .max
    timer.queuedNanos = .max
    leftoverCount += 1
    if leftoverCount > 256, leftoverCount > heap.count / 2 {
      heap.keep { nanos, timer in timer.queuedNanos == nanos }
      leftoverCount = 0
    }
  }

  /// The timer whose time came first, if it has come. It is no longer set.
  mutating func popDue(_ now: Int64) -> GroupTimer? {
    while let (nanos, timer) = heap.popDue(now) {
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
      heap.add(timer.dueNanos, timer)
    }
    return nil
  }
}
