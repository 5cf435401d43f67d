import KafkaClient
import LoadModel
import Statistics
import Synchronization

/// How far one group has read, kept by its members together: called once a batch.
///
/// Who reads a range of offsets first has it fresh; whoever gets it again later has it redelivered.
final class GroupProgress: Sendable {
  private struct Member {
    var generation: Int32 = -1
    var owned = 0
    var gap = GapMeter()
    /// It was there when the stretch began that gaps are measured in, and is to stay until its end.
    var isStaying = false
    /// It has left, or crashed.
    var isGone = false
  }

  private struct State {
    var starts: [Int64] = []
    /// Of each partition, the first offset that nobody has read.
    var next: [Int64] = []
    /// Who was given new records of it last.
    var readers: [Int?] = []
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
    var partitions: [PartitionStretch] = []
    var redelivered: Int64 = 0
    var generation: Int32 = -1
    /// The member that does not stay.
    var going: Int?
    var latencyCount = 0
  }

  private struct PartitionStretch {
    var gap: GapMeter
    /// Who read it before, and whether somebody else did since.
    let reader: Int?
    var hasMoved = false
    var latencies: [Int64] = []
    /// Batches that `latencies` came in.
    var batches: Int64 = 0
  }

  /// More latencies than these are not kept in a stretch: then none are told of it.
  private static let mostLatencies = 8_000_000

  let index: Int
  private let state = Mutex(State())

  init(index: Int) { self.index = index }

  /// - Parameter starts: Where the group begins to read, by partition.
  func begin(at starts: [Int64]) {
    state.withLock { state in
      state.starts = starts
      state.next = starts
      state.readers = starts.map { _ in nil }
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
      if index < state.stretch.partitions.count {
        state.stretch.partitions[index].gap.note(now)
        if state.readers[index] != member { state.stretch.partitions[index].hasMoved = true }
      }
      state.readers[index] = member
      state.members[member].gap.note(now)
      return fresh
    }
  }

  /// How long the new records of a batch took that `member` was given.
  func saw(partition: Int32, member: Int, _ latencies: [Int64]) {
    state.withLock { state in
      let index = Int(partition)
      guard index < state.stretch.partitions.count,
        state.stretch.latencyCount < Self.mostLatencies
      else { return }
      state.stretch.latencyCount += latencies.count
      state.stretch.partitions[index].latencies += latencies
      if !latencies.isEmpty { state.stretch.partitions[index].batches += 1 }
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
  /// - Parameter known: Where each partition's log ends, as far as that was heard.
  func lag(logEnds known: [Int64]) -> Int64 {
    state.withLock { state in
      zip(state.next, state.ends ?? known).reduce(0) { $0 + max(0, $1.1 - $1.0) }
    }
  }

  var redelivered: Int64 { state.withLock { $0.redelivered } }

  // MARK: Members

  /// - Returns: The number of the new member.
  func addMember() -> Int {
    state.withLock { state in
      state.members.append(Member())
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
        partitions: state.readers.map {
          PartitionStretch(gap: GapMeter(fromNanos: now), reader: $0)
        },
        redelivered: state.redelivered, generation: state.generation, going: going)
      if let going { state.members[going].isGone = true }
      for index in state.members.indices {
        state.members[index].gap = GapMeter(fromNanos: now)
        state.members[index].isStaying = !state.members[index].isGone
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
      result.partitionGapMs = stretch.partitions.compactMap { $0.gap.worstMs(until: now) }.max()
      result.isOpen = stretch.partitions.contains {
        $0.gap.isOpen(at: now, worstMs: result.partitionGapMs)
      }
      if let (latency, batches) = Self.othersLatency(stretch) {
        result.othersLatency = latency
        result.othersBatches = batches
      }
      // Who got nothing and had no partition did not wait.
      let gaps = state.members.filter { $0.isStaying && ($0.gap.hasNotes || $0.owned > 0) }
        .compactMap { $0.gap.worstMs(until: now) }.sorted()
      if !gaps.isEmpty { result.memberGapsMs = gaps }
      result.memberGapMs = gaps.last
      return result
    }
  }

  /// Of the partitions that one member read from the beginning to the end of a stretch.
  private static func othersLatency(_ stretch: Stretch) -> (HistogramData, batches: Int64)? {
    guard stretch.latencyCount < mostLatencies else { return nil }
    var all = Histogram()
    var batches: Int64 = 0
    for partition in stretch.partitions where !partition.hasMoved {
      // One that nobody took over from a member that went has kept no reader.
      guard let reader = partition.reader, reader != stretch.going else { continue }
      for nanos in partition.latencies { all.record(nanos) }
      batches += partition.batches
    }
    return all.isEmpty ? nil : (HistogramData(all), batches)
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

  /// A gap this long that is still open when all ends is no accident of where the end lies.
  private static var openNanos: Int64 { 250_000_000 }

  /// The longest of all gaps, `worstMs`, is this one's, and has no end yet.
  func isOpen(at now: Int64, worstMs: Double?) -> Bool {
    guard let last, let worstMs, now - last >= Self.openNanos else { return false }
    return Double(now - last) / 1e6 >= worstMs
  }

  /// nil where it was never begun.
  func worstMs(until now: Int64) -> Double? {
    last.map { Double(max(worst, now - $0)) / 1e6 }
  }
}
