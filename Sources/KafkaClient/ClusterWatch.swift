import KafkaFormat
import KafkaMessages
import Transport

/// What happened to a cluster, as a client notices it.
public enum ClusterEvent: Sendable, Equatable {
  /// The connection to a broker ended.
  case connectionLost(node: Int32, reason: String)
  /// A broker whose connection had ended is connected again.
  case connectionRegained(node: Int32)
  /// A partition has another leader than the last that it had.
  case leaderChanged(partition: Int32, from: Int32, to: Int32)
  /// Of some partition of the topic not all replicas are in sync any more, or of all they are
  /// again.
  case inSyncChanged(isFull: Bool)
}

/// Watches the brokers of a cluster and, where one is given, the leaders and in-sync replicas of a
/// topic, beside a load whose own clients may have no connection to a broker that dies.
///
/// It keeps a connection to every broker of the metadata and asks for the metadata at an interval,
/// five times as rarely where the topic has more than a thousand partitions. A broker that left the
/// metadata and comes back is connected as soon as they name it again.
///
/// Loop-confined: every call on the transport's thread.
public final class ClusterWatch<T: Transport>: ClusterObserver {
  private let transport: T
  private let client: ClusterClient<T>
  private let topic: String?
  /// Hears every event, and when it was noticed.
  private let notice: (ClusterEvent, MonotonicTime) -> Void
  /// By partition, the last leader that it had; −1: none yet.
  private var leaders: [Int32] = []
  private var isInSync = true
  private let intervalMs: Int64
  private var connected: Set<Int32> = []
  private var lost: Set<Int32> = []
  private var lastAsked: Int32 = -1
  private var timer: TimerID?

  /// - Parameter intervalMs: Between two questions for the metadata.
  public init(
    transport: T, config: ClientConfig, topic: String?, intervalMs: Int64 = 1_000,
    notice: @escaping (ClusterEvent, MonotonicTime) -> Void
  ) {
    self.transport = transport
    self.topic = topic
    self.intervalMs = intervalMs
    self.notice = notice
    client = ClusterClient(transport: transport, config: config)
    client.allowAutoTopicCreation = false
    client.observer = self
  }

  public func start() {
    client.start()
    if let topic { client.track(topic) }
    askLater()
  }

  public func close() {
    if let timer { transport.cancel(timer) }
    timer = nil
    client.close()
  }

  public var connectedCount: Int { connected.count }

  private func askLater() {
    let interval: Int64 = leaders.count > 1000 ? 5 * intervalMs : intervalMs
    timer = transport.schedule(at: transport.now.adding(milliseconds: interval)) { [weak self] in
      guard let self, !self.client.isClosed else { return }
      self.client.requestMetadata()
      self.keepAlive()
      self.askLater()
    }
  }

  /// One broker after the other is asked for something small: a broker ends connections that are
  /// idle (`connections.max.idle.ms`), and that is not to be taken for its death.
  private func keepAlive() {
    let known = connected.sorted()
    guard let node = known.first(where: { $0 > lastAsked }) ?? known.first else { return }
    lastAsked = node
    let request = ApiVersionsRequest(clientSoftwareName: "weir", clientSoftwareVersion: "0.1")
    client.send(request, to: .node(node)) { _ in }
  }

  // MARK: ClusterObserver

  func metadataChanged() {
    guard !client.isClosed else { return }
    for node in client.metadata.nodes.keys.sorted() where client.connection(to: node) != nil {
      nodeReady(node)
    }
    guard let topic, let known = client.metadata.topics[topic], !known.partitions.isEmpty else {
      return
    }
    for (index, partition) in known.partitions.enumerated() {
      if index == leaders.count { leaders.append(-1) }
      let before = leaders[index]
      guard partition.leader >= 0, partition.leader != before else { continue }
      leaders[index] = partition.leader
      guard before >= 0 else { continue }
      notice(
        .leaderChanged(partition: Int32(index), from: before, to: partition.leader),
        transport.now)
    }
    let isFull = known.partitions.allSatisfy { $0.inSyncCount >= $0.replicaCount }
    if isFull != isInSync { notice(.inSyncChanged(isFull: isFull), transport.now) }
    isInSync = isFull
  }

  func nodeReady(_ node: Int32) {
    connected.insert(node)
    if lost.remove(node) != nil { notice(.connectionRegained(node: node), transport.now) }
  }

  func nodeLost(_ node: Int32, _ error: ClientError) {
    guard connected.remove(node) != nil else { return }
    lost.insert(node)
    notice(.connectionLost(node: node, reason: error.description), transport.now)
  }

  /// The load's own clients find out, and report it.
  func clusterFailed(_ error: ClientError) {}
}
