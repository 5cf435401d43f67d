import EventLoop
import LoadModel

extension Measurement {
  /// Prepares the timeline of planted faults, where the plan has one.
  mutating func prepareFaults() {
    guard !plan.faults.isEmpty else { return }
    let runner = FaultRunner(
      plan.faults, topic: plan.topic, bootstrap: target.bootstrap, control: target.control,
      links: target.links, acks: shared.faultAcks, bounds: faultBounds)
    runner.start()
    faults = runner
  }

  /// The load is over: restores what was planted, before anything is read or asked, and notes what
  /// became of it.
  mutating func endFaults(_ progress: inout Progress, _ title: String) {
    guard let faults, !areFaultsEnded else { return }
    areFaultsEnded = true
    faults.finish { progress.show("\(title)  restoring what the planted faults hit") }
    guard let problem = faults.failure else { return }
    failure = failure ?? problem
    // What could not be restored may leave nothing to ask or to clean up at.
    let addresses = Dictionary(
      uniqueKeysWithValues: target.bootstrap.enumerated().map { (Int32($0.offset), $0.element) })
    let found = NodeProbe.ask(addresses, seconds: 5)
    if !found.values.contains(.answers) { isTargetGone = true }
  }

  func fillFaults(_ result: inout RepetitionResult) {
    if let records = faults?.records, !records.isEmpty { result.faults = records }
  }
}
