import KafkaFormat
import KafkaMessages
import Transport

/// Hears what becomes of a cluster's connections and metadata.
protocol ClusterObserver: AnyObject {
  /// Leaders, topics or brokers may have changed.
  func metadataChanged()
  /// A broker's connection can take calls.
  func nodeReady(_ node: Int32)
  /// A broker's connection ended; its calls have failed by themselves.
  func nodeLost(_ node: Int32, _ error: ClientError)
  /// No broker was reached in time, at the start. Nothing more is tried.
  func clusterFailed(_ error: ClientError)
}

/// The brokers of one cluster: finds them through the bootstrap addresses, keeps a connection to
/// each that is used and the metadata fresh.
///
/// Loop-confined: everything happens on the transport's thread.
final class ClusterClient<T: Transport> {
  /// One broker.
  final class Node {
    let id: Int32
    var address: NetworkAddress
    var connection: ClientConnection<T>?
    var backoff: ExponentialBackoff
    var retryTimer: TimerID?
    /// How its last connection ended; nil once another was ready.
    var lastError: ClientError?

    init(id: Int32, address: NetworkAddress, config: ClientConfig) {
      self.id = id
      self.address = address
      backoff = ExponentialBackoff(
        initialMs: config.reconnectBackoffMs, maximumMs: config.reconnectBackoffMaxMs)
    }
  }

  enum Destination: Hashable {
    case any
    case controller
    case node(Int32)
  }

  struct Waiting {
    let call: any ClientCall
    let destination: Destination
    let deadline: MonotonicTime
  }

  let transport: T
  let config: ClientConfig
  weak var observer: (any ClusterObserver)?
  var random: SplitMix64
  var metadata = ClusterMetadata()
  var nodes: [Int32: Node] = [:]
  var isClosed = false

  // Metadata.
  var trackedTopics: Set<String> = []
  /// All topics of the cluster are kept, whatever `trackedTopics` holds.
  var tracksAllTopics = false
  var allowAutoTopicCreation = true
  var hasMetadata = false
  var wantsMetadata = false
  /// The connections whose answer to Metadata is due: one, or several during a search.
  var metadataAsked: [ClientConnection<T>] = []
  /// Those whose answer is overdue: others are asked, and it is still taken when it comes.
  var metadataLate: [ClientConnection<T>] = []
  var metadataTimer: TimerID?
  var metadataBackoff: ExponentialBackoff
  var lastMetadata: MonotonicTime?
  /// Did not answer the last Metadata request in `metadataPatienceMs`: others are asked.
  weak var silentConnection: ClientConnection<T>?
  /// Looks for answers that are overdue, while there are connections.
  var silenceTimer: TimerID?
  var lastSilence: MonotonicTime?

  // The search for a broker.
  /// The addresses that are tried; empty while no broker is searched for.
  var candidates: [Candidate] = []
  var searchTimer: TimerID?
  /// The connection that the last search found, until a broker's own connection is ready.
  var seed: ClientConnection<T>?
  /// Connections without new calls that end once their last answer came.
  var retiring: [ClientConnection<T>] = []
  var bootstrapTimer: TimerID?

  // Calls that wait for a connection.
  var waiting: [Waiting] = []
  var waitingTimer: TimerID?

  init(transport: T, config: ClientConfig) {
    self.transport = transport
    self.config = config
    random = SplitMix64(seed: config.seed ?? UInt64.random(in: 0...UInt64.max))
    metadataBackoff = ExponentialBackoff(
      initialMs: config.retryBackoffMs, maximumMs: config.retryBackoffMaxMs)
  }

  /// Starts looking for brokers; harmless when it has.
  func start() {
    guard !isClosed, !hasMetadata, bootstrapTimer == nil else { return }
    // Addresses that do not answer are told soon, without the patience of a whole operation.
    let limit = min(config.defaultApiTimeoutMs, config.connectionSetupTimeoutMs)
    bootstrapTimer = transport.schedule(at: transport.now.adding(milliseconds: limit)) {
      [weak self] in self?.bootstrapTimedOut(afterMs: limit)
    }
    requestMetadata()
  }

  private func bootstrapTimedOut(afterMs: Int64) {
    guard !hasMetadata, !isClosed else { return }
    fail(unreachable(afterMs: afterMs))
  }

  private func fail(_ error: ClientError) {
    let observer = observer
    close(error)
    observer?.clusterFailed(error)
  }

  /// Ends all connections; calls under way fail with `error`.
  func close(_ error: ClientError = .closed) {
    guard !isClosed else { return }
    isClosed = true
    for timer in [metadataTimer, bootstrapTimer, waitingTimer, silenceTimer] {
      if let timer { transport.cancel(timer) }
    }
    endSearch(keeping: nil)
    let known = nodesById
    let ended = known.compactMap(\.connection) + (seed.map { [$0] } ?? []) + retiring
    for node in known {
      if let timer = node.retryTimer { transport.cancel(timer) }
    }
    nodes = [:]
    seed = nil
    retiring = []
    for connection in ended {
      connection.onClosed = { _ in }
      connection.close(error)
    }
    let left = waiting
    waiting = []
    for entry in left { entry.call.failed(error) }
  }

  // MARK: Connections

  /// A connection to `node` that can take calls; nil while there is none: it is being opened, and
  /// the observer will hear `nodeReady`.
  func connection(to id: Int32) -> ClientConnection<T>? {
    guard !isClosed else { return nil }
    guard let node = node(id) else {
      requestMetadata()
      return nil
    }
    if let connection = node.connection {
      return connection.state == .ready ? connection : nil
    }
    if node.retryTimer == nil { open(node) }
    return nil
  }

  func node(_ id: Int32) -> Node? {
    if let known = nodes[id] { return known }
    guard let address = metadata.nodes[id] else { return nil }
    let node = Node(id: id, address: address, config: config)
    nodes[id] = node
    return node
  }

  private func open(_ node: Node) {
    let connection = ClientConnection(transport: transport, config: config, address: node.address)
    attach(connection, to: node)
    connection.open()
  }

  func attach(_ connection: ClientConnection<T>, to node: Node) {
    node.connection = connection
    watchSilence()
    connection.onReady = { [weak self, weak node] in
      guard let self, let node else { return }
      node.backoff.reset()
      node.lastError = nil
      self.connectionReady(node.id)
    }
    connection.onClosed = { [weak self, weak node] error in
      guard let self, let node else { return }
      self.lost(node, error)
    }
  }

  private func connectionReady(_ id: Int32) {
    retireSeed()
    sendWaiting()
    sendMetadataRequest()
    observer?.nodeReady(id)
  }

  private func lost(_ node: Node, _ error: ClientError) {
    node.connection = nil
    guard !isClosed else { return }
    node.lastError = error
    failWaiting(for: node.id, error)
    guard nodes[node.id] === node else {
      observer?.nodeLost(node.id, error)
      return
    }
    let wait = node.backoff.next(using: &random)
    node.retryTimer = transport.schedule(at: transport.now.adding(milliseconds: wait)) {
      [weak self, weak node] in
      guard let self, let node, !self.isClosed else { return }
      node.retryTimer = nil
      if node.connection == nil { self.open(node) }
    }
    requestMetadata()
    observer?.nodeLost(node.id, error)
  }

  /// In an order that does not differ between two runs with one seed.
  var nodesById: [Node] { nodes.sorted { $0.key < $1.key }.map(\.value) }

  /// After new metadata: brokers that moved or went away lose their connections, and calls that
  /// wait for a broker that went away fail. One that moved is tried at once at its new address.
  func reconcileNodes() {
    for node in nodesById {
      let address = metadata.nodes[node.id]
      if address == node.address { continue }
      if let timer = node.retryTimer { transport.cancel(timer) }
      node.retryTimer = nil
      if let address {
        node.address = address
        node.backoff.reset()
      } else {
        nodes[node.id] = nil
      }
      if let connection = node.connection {
        connection.close(.disconnected("broker \(node.id) is no longer at its address"))
      } else if address != nil {
        open(node)
      }
    }
    failWaitingForAbsentNodes()
    adoptSeed()
  }
}
