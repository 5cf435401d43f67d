import BrokerCore
import Observability

/// What drives one broker's core, and what its loops share: the disk's executor, the limits on
/// memory and connections, the log.
///
/// It takes all that is not a decision of the broker from outside: each `ServerLoop` has a
/// transport, which is also its clock; the node has a file system and a source of random numbers.
/// `RunningBroker` gives it threads, sockets and files, `Simulation` what it makes of one seed.
public struct BrokerHost: Sendable {
  public let config: BrokerConfig
  public let node: BrokerNode
  let disk: any DiskExecutor
  let memory: RequestMemory
  let quota: ConnectionQuota
  let logger: Logger
  let closings: ClosingLog
  /// Nil in production.
  let produceBudget: ProduceBudget?

  /// - Parameters:
  ///   - node: Opened with the same configuration.
  ///   - resumeAccepting: Called on any thread when a connection closed after `max.connections`
  ///     were open.
  public init(
    config: BrokerConfig, node: BrokerNode, disk: any DiskExecutor,
    logger: Logger = BrokerServer.logger, resumeAccepting: @escaping @Sendable () -> Void = {}
  ) {
    self.config = config
    self.node = node
    self.disk = disk
    memory = RequestMemory(limit: config.queuedMaxRequestBytes)
    quota = ConnectionQuota(
      most: config.maxConnections, mostPerAddress: config.maxConnectionsPerAddress,
      resume: resumeAccepting)
    self.logger = logger
    closings = ClosingLog(logger)
    produceBudget = ProduceBudget(recordsPerSecond: config.produceRecordsPerSecond)
  }
}
