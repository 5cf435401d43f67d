/// What the checks of several suites refuse.
extension Scenario {
  /// - Throws: Of the first of these settings that has several values.
  func refuseSeveral(of names: [String]) throws(ScenarioError) {
    for name in names where valueCount(name) > 1 {
      throw refusal(name, "the suite measures with one value of it", allowed: "one value")
    }
  }

  /// - Parameter recordSize: Bytes of a value, which must hold the stamp with its times.
  func refuseWithoutStamp(_ recordSize: Int) throws(ScenarioError) {
    guard recordSize < 32 else { return }
    throw refusal(
      "record-size", "a value this short does not hold all that latency is told by",
      allowed: "32 to 256MiB")
  }
}
