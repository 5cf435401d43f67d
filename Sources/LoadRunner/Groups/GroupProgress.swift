import KafkaClient
import LoadModel
import Synchronization

/// How far one group has read, kept by its members together: called once a batch.
///
/// Who reads a range of offsets first has it fresh; whoever gets it again later has it redelivered.
final class GroupProgress: Sendable {
  private struct Member {
    var generation: Int32 = -1
    var owned = 0
    var gap = GapMeter()
    /// It is to stay until the end of the stretch that gaps are measured in.
    var isStaying = true
  }

  private struct State {
    var starts: [Int64] = []
    /// Of each partition, the first offset that nobody has read.
    var next: [Int64] = []
    var ends: [Int64]?
    var members: [Member] = []
    var generation: Int32 = -1
    /// The generation that the load began with.
    var firstGeneration: Int32?
    var isOver = false
    var redelivered: Int64 = 0
    var stretch = Stretch()
  }

  /// What is measured between two events.
  private struct Stretch {
    var group = GapMeter()
    var partitions: [GapMeter] = []
    var redelivered: Int64 = 0
    var generation: Int32 = -1
  }

  let index: Int
  private let state = Mutex(State())

  init(index: Int) { self.index = index }

  /// - Parameter starts: Where the group begins to read, by partition.
  func begin(at starts: [Int64]) {
    state.withLock { state in
      state.starts = starts
      state.next = starts
    }
  }

  // MARK: Reading

  /// A member was given the offsets from `from` up to `end`.
  ///
  /// - Returns: The first of them that the group had not received before; `end` where it had all.
  func claim(partition: Int32, member: Int, from: Int64, end: Int64, nowNanos now: Int64) -> Int64 {
    state.withLock { state in
      let index = Int(partition)
      guard index < state.next.count else { return from }
      let fresh = min(max(from, state.next[index]), end)
      state.redelivered += fresh - from
      guard fresh < end else { return end }
      state.next[index] = end
      state.stretch.group.note(now)
      if index < state.stretch.partitions.count { state.stretch.partitions[index].note(now) }
      state.members[member].gap.note(now)
      return fresh
    }
  }

  /// - Parameter ends: Where reading ends.
  func finish(at ends: [Int64]) { state.withLock { $0.ends = ends } }

  /// All was read up to where it ends.
  var isComplete: Bool {
    state.withLock { state in
      guard let ends = state.ends else { return false }
      let isRead = zip(state.next, ends).allSatisfy { $0 >= $1 }
      // What members do from now on, they do because the load is over.
      if isRead { state.isOver = true }
      return isRead
    }
  }

  /// Records that lie in the log and were not read.
  ///
  /// - Parameter stored: What this load has appended, where the ends are not known yet.
  func lag(stored: Int64) -> Int64 {
    state.withLock { state in
      if let ends = state.ends {
        return max(0, ends.reduce(0, +) - state.next.reduce(0, +))
      }
      return max(0, stored - (state.next.reduce(0, +) - state.starts.reduce(0, +)))
    }
  }

  var redelivered: Int64 { state.withLock { $0.redelivered } }

  // MARK: Members

  /// - Returns: The number of the new member.
  func addMember(isStaying: Bool = true) -> Int {
    state.withLock { state in
      var member = Member()
      member.isStaying = isStaying
      state.members.append(member)
      return state.members.count - 1
    }
  }

  func joined(member: Int, generation: Int32) {
    state.withLock { state in
      state.members[member].generation = generation
      if !state.isOver { state.generation = max(state.generation, generation) }
    }
  }

  func owns(member: Int, more: Int) { state.withLock { $0.members[member].owned += more } }

  /// Every partition has its member, and all members are of one generation.
  func isSettled(partitions: Int) -> Bool {
    state.withLock { state in
      state.members.allSatisfy { $0.generation == state.generation && $0.generation >= 0 }
        && state.members.reduce(0) { $0 + $1.owned } == partitions
    }
  }

  /// Counts rebalances from here on.
  func loadBegins() { state.withLock { $0.firstGeneration = $0.generation } }

  /// The load is over; members that leave now are no rebalance.
  func loadEnds() { state.withLock { $0.isOver = true } }

  var rebalances: Int64 {
    state.withLock { state in
      state.firstGeneration.map { Int64(max(0, state.generation - $0)) } ?? 0
    }
  }

  // MARK: Events

  /// Begins a stretch: gaps, redeliveries and rebalances are counted from here on.
  ///
  /// - Parameter going: The member that does not stay.
  func beginStretch(nowNanos now: Int64, without going: Int?) {
    state.withLock { state in
      state.stretch = Stretch(
        group: GapMeter(fromNanos: now),
        partitions: Array(repeating: GapMeter(fromNanos: now), count: state.next.count),
        redelivered: state.redelivered, generation: state.generation)
      if let going { state.members[going].isStaying = false }
      for index in state.members.indices {
        state.members[index].gap = GapMeter(fromNanos: now)
      }
    }
  }

  /// What the stretch held until now.
  func endStretch(_ kind: GroupEventKind, from: Int64, nowNanos now: Int64, window: MeasureWindow)
    -> GroupEventResult
  {
    state.withLock { state in
      let stretch = state.stretch
      var result = GroupEventResult(
        kind: kind, fromS: Double(from - window.fromNanos) / 1e9,
        untilS: Double(now - window.fromNanos) / 1e9,
        redelivered: state.redelivered - stretch.redelivered,
        rebalances: Int64(max(0, state.generation - stretch.generation)))
      result.groupGapMs = stretch.group.worstMs(until: now)
      result.partitionGapMs = stretch.partitions.compactMap { $0.worstMs(until: now) }.max()
      // Who got nothing at all had no partition: it did not wait.
      result.memberGapMs = state.members.filter { $0.isStaying && $0.gap.hasNotes }
        .compactMap { $0.gap.worstMs(until: now) }.max()
      // Who came in this stretch is one of those that stay in the next.
      for index in state.members.indices where state.members[index].gap.hasNotes && kind == .join {
        state.members[index].isStaying = true
      }
      return result
    }
  }
}

/// The longest that something did not happen.
private struct GapMeter {
  private var last: Int64?
  private var worst: Int64 = 0
  private(set) var hasNotes = false

  init() {}

  init(fromNanos: Int64) { last = fromNanos }

  mutating func note(_ now: Int64) {
    hasNotes = true
    guard let last else { return }
    worst = max(worst, now - last)
    self.last = max(last, now)
  }

  /// nil where it was never begun.
  func worstMs(until now: Int64) -> Double? {
    last.map { Double(max(worst, now - $0)) / 1e6 }
  }
}
