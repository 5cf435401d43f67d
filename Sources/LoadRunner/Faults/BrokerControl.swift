import LoadModel

/// How a broker's process is killed, paused, continued and started again.
protocol BrokerControl: Sendable {
  /// - Parameters:
  ///   - action: One of a process: kill, pause, continue, restart.
  ///   - node: The broker's id.
  /// - Throws: `.target` with what was to be done and why it could not.
  func perform(_ action: Fault.Action, node: Int32) throws(RunError)

  /// The command that a user can give for the same; nil where there is none.
  func command(_ action: Fault.Action, node: Int32) -> String?
}

/// Of a broker that this run started in a process of its own.
struct ChildControl: BrokerControl {
  let broker: ChildBroker
  let node: Int32

  func perform(_ action: Fault.Action, node: Int32) throws(RunError) {
    guard node == self.node else {
      throw .target("\(action.rawValue) of node \(node): our own broker is node \(self.node)")
    }
    switch action {
    case .kill: broker.kill()
    case .pause: try broker.pause(true)
    case .resume: try broker.pause(false)
    case .restart: try broker.restart()
    case .moveLeader, .cutLink, .delayLink, .healLink:
      preconditionFailure("\(action) is no action of a process")
    }
  }

  /// It ends with this process.
  func command(_ action: Fault.Action, node: Int32) -> String? { nil }
}
