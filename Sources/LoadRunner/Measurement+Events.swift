import EventLoop
import LoadModel

extension Measurement {
  /// Writes what happened to the cluster while it was measured into the result.
  ///
  /// - Parameter watch: nil where the cluster could not be watched: then the result says nothing
  ///   of its brokers.
  func fillEvents(_ result: inout RepetitionResult, _ watch: EventWatch?) {
    guard let watch, let window = measuredWindow, window.isDecided else { return }
    var events = watch.events(sinceNanos: window.fromNanos)
    if plan.workload.mode != .consume, plan.producerConfig.acks != .none {
      let endNanos = min(loadEndNanos, EventLoop.currentTime.nanoseconds)
      let silence = shared.silence.longest(
        in: window, endNanos: endNanos, wasCut: isInterrupted || failure != nil)
      events.longestSilence = silence?.all
      events.longestPartitionSilence = silence?.partition
    }
    result.events = events
    fillFaultFigures(&result, watch)
  }

  /// Adds to what the faults' own thread noted what acknowledgements and replicas did.
  private func fillFaultFigures(_ result: inout RepetitionResult, _ watch: EventWatch) {
    guard let acks = shared.faultAcks, let window = measuredWindow, let found = result.faults else {
      return
    }
    let end = min(window.untilNanos, loadEndNanos, EventLoop.currentTime.nanoseconds)
    let isComplete = window.untilNanos == .max && !isInterrupted && failure == nil
    let changes = watch.inSyncChanges.map { change in
      FaultRecord.InSyncChange(
        atS: Double(change.atNanos - window.fromNanos) / 1e9, isFull: change.isFull)
    }
    var filled = found
    for index in found.indices {
      let next = found[(index + 1)...].first { $0.fault.action.isDisturbing }
      filled[index].fill(inSync: changes, nextS: next?.startedS)
      if plan.producerConfig.acks != .none, plan.workload.mode != .consume {
        filled[index].fill(
          acks.found(index, endNanos: isComplete ? nil : end), fromNanos: window.fromNanos)
      }
    }
    result.faults = filled
  }
}
