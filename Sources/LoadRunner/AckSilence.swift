import LoadModel
import Synchronization

/// The longest time within the window in which no acknowledgement came, for all partitions
/// together and for each. Producers write it, a call a batch.
final class AckSilence: Sendable {
  private struct Slot {
    /// The last acknowledgement, or the window's beginning.
    var lastNanos: Int64
    var startNanos: Int64 = 0
    var lengthNanos: Int64 = 0
    var hasAck = false
    /// The longest silence had no acknowledgement at its end.
    var isOpen = false

    mutating func pass(to nanos: Int64) {
      guard nanos > lastNanos else { return }
      if nanos - lastNanos > lengthNanos {
        (startNanos, lengthNanos) = (lastNanos, nanos - lastNanos)
      }
      lastNanos = nanos
    }

    /// The window, or the load, ended.
    mutating func cut(at nanos: Int64) {
      let (last, length) = (lastNanos, lengthNanos)
      pass(to: nanos)
      isOpen = lengthNanos > length && startNanos == last
    }
  }

  private struct State {
    var all: Slot?
    var partitions: [Slot] = []
  }

  private let state = Mutex(State())

  /// A batch was acknowledged.
  ///
  /// - Complexity: O(1), without allocation once the partition is known.
  func note(partition: Int32, atNanos: Int64, in window: MeasureWindow) {
    guard atNanos >= window.fromNanos, partition >= 0 else { return }
    let nanos = min(atNanos, window.untilNanos)
    let index = Int(partition)
    state.withLock { state in
      var all = state.all ?? Slot(lastNanos: window.fromNanos)
      all.pass(to: nanos)
      state.all = all
      while state.partitions.count <= index {
        state.partitions.append(Slot(lastNanos: window.fromNanos))
      }
      state.partitions[index].pass(to: nanos)
      state.partitions[index].hasAck = true
    }
  }

  /// Forgets all: the window was moved.
  func forget() { state.withLock { $0 = State() } }

  /// The longest silences, of all partitions together and of any one that was acknowledged.
  ///
  /// - Parameters:
  ///   - endNanos: When the load was over; monotonic clock.
  ///   - wasCut: The load ended before its time: acknowledgements were still due.
  /// - Returns: Nil where the load was over before the window began.
  func longest(
    in window: MeasureWindow, endNanos: Int64, wasCut: Bool
  ) -> (all: RunEvents.Silence, partition: RunEvents.Silence?)? {
    state.withLock { state in
      // Without any acknowledgement the whole window is silent.
      var all = state.all ?? Slot(lastNanos: window.fromNanos)
      // A number of records that is complete ends with its last acknowledgement: none is due then.
      let isComplete = window.untilNanos == .max && !wasCut
      let end = isComplete ? all.lastNanos : min(window.untilNanos, endNanos)
      guard end > window.fromNanos else { return nil }
      if !isComplete { all.cut(at: end) }
      var longest: (partition: Int32, slot: Slot)?
      for (index, slot) in state.partitions.enumerated() where slot.hasAck {
        var slot = slot
        if !isComplete { slot.cut(at: end) }
        if slot.lengthNanos > longest?.slot.lengthNanos ?? -1 { longest = (Int32(index), slot) }
      }
      func silence(_ slot: Slot, _ partition: Int32? = nil) -> RunEvents.Silence {
        var found = RunEvents.Silence(
          startS: Double(slot.startNanos - window.fromNanos) / 1e9,
          durationS: Double(slot.lengthNanos) / 1e9, partition: partition)
        found.isOpen = slot.isOpen ? true : nil
        return found
      }
      return (silence(all), longest.map { silence($0.slot, $0.partition) })
    }
  }
}
