import Synchronization

/// Hears what happens to the partitions that a fetch looks at, and keeps those that have something
/// to say in a queue, so that a fetch of many partitions costs as much as those few.
///
/// A slot is in the queue once at most. What happens while nobody waits is queued all the same.
/// Safe to use from any thread.
final class FetchWatch: Sendable {
  private struct State {
    var queue: [Int32] = []
    var head = 0
    /// By slot.
    var isQueued: [Bool] = []
    /// Who waits, and for how many more bytes.
    var parked: (loop: Int, ticket: UInt64, bytesLeft: Int)?
    var eventCount: UInt64 = 0

    mutating func append(_ slot: Int32) {
      let index = Int(slot)
      if index >= isQueued.count {
        isQueued += Array(repeating: false, count: index + 1 - isQueued.count)
      }
      if isQueued[index] { return }
      isQueued[index] = true
      // The room in front is used again before more is taken.
      if head > 64, 2 * head > queue.count {
        queue.removeFirst(head)
        head = 0
      }
      queue.append(slot)
    }
  }

  private let state = Mutex(State())

  // MARK: From the partitions

  /// Something happened to a slot's partition.
  ///
  /// - Parameter bytes: How many were appended; `.max` wakes whoever waits.
  /// - Returns: Who waited, if it is to go on now; it is not told again.
  func happened(_ slot: Int32, bytes: Int) -> (loop: Int, ticket: UInt64)? {
    state.withLock { state in
      state.append(slot)
      state.eventCount &+= 1
      guard let parked = state.parked else { return nil }
      if bytes < parked.bytesLeft {
        state.parked?.bytesLeft -= bytes
        return nil
      }
      state.parked = nil
      return (parked.loop, parked.ticket)
    }
  }

  // MARK: The queue

  /// Puts slots at the end.
  func queue(_ slots: some Sequence<Int32> & Sendable) {
    state.withLock { state in
      for slot in slots { state.append(slot) }
    }
  }

  /// Takes the first out.
  func next() -> Int32? {
    state.withLock { state in
      guard state.head < state.queue.count else { return nil }
      let slot = state.queue[state.head]
      state.head += 1
      state.isQueued[Int(slot)] = false
      if state.head == state.queue.count {
        state.queue.removeAll(keepingCapacity: true)
        state.head = 0
      }
      return slot
    }
  }

  /// Puts a slot first.
  func queueFirst(_ slot: Int32) {
    state.withLock { state in
      if state.isQueued[Int(slot)] { return }
      state.isQueued[Int(slot)] = true
      if state.head > 0 {
        state.head -= 1
        state.queue[state.head] = slot
      } else {
        state.queue.insert(slot, at: 0)
      }
    }
  }

  var queuedCount: Int { state.withLock { $0.queue.count - $0.head } }

  // MARK: Waiting

  /// How often something happened, for `park`.
  var eventCount: UInt64 { state.withLock { $0.eventCount } }

  /// Waits for `bytes` more.
  ///
  /// - Parameter since: The event count as of before the partitions were looked at.
  /// - Returns: false where something happened since: it is to be looked at first.
  func park(loop: Int, ticket: UInt64, bytes: Int, since: UInt64) -> Bool {
    state.withLock { state in
      if state.eventCount != since { return false }
      state.parked = (loop, ticket, max(1, bytes))
      return true
    }
  }

  /// Takes out whoever waits.
  func unpark() -> (loop: Int, ticket: UInt64)? {
    state.withLock { state in
      guard let parked = state.parked else { return nil }
      state.parked = nil
      return (parked.loop, parked.ticket)
    }
  }

  /// Ends the waiting of one; that of another goes on.
  func unpark(loop: Int, ticket: UInt64) {
    state.withLock { state in
      if let parked = state.parked, parked.loop == loop, parked.ticket == ticket {
        state.parked = nil
      }
    }
  }
}

/// A watch in a partition's list, and which of its slots the partition is.
struct FetchWatcher: Sendable {
  let watch: FetchWatch
  let slot: Int32
}

extension PartitionState {
  mutating func removeWatcher(_ watch: FetchWatch, slot: Int32) {
    watchers.removeAll { $0.watch === watch && $0.slot == slot }
  }
}

extension RequestProcessor {
  /// Tells the fetches that look at a partition what happened there; not under its lock.
  ///
  /// - Parameter bytes: How many were appended; `.max` for what is to be told at once, 0 for what
  ///   can wait.
  func tell(_ watchers: [FetchWatcher], bytes: Int) {
    for watcher in watchers {
      if let parked = watcher.watch.happened(watcher.slot, bytes: bytes) { wakeParked([parked]) }
    }
  }
}
