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
  }
}
