import KafkaFormat
import KafkaMessages
import Transport

/// The way to the broker that coordinates one group: finds it, keeps a connection of its own to
/// it, and finds it anew when it has moved.
///
/// The connection is not shared with fetches: brokers answer one request of a connection after
/// the other, and a fetch that waits for records or a JoinGroup that waits for members would hold
/// the rest up.
///
/// Loop-confined.
final class GroupCoordinator<T: Transport> {
  /// A call that waits for the connection.
  private struct Waiting {
    let call: any ClientCall
    let deadline: MonotonicTime
  }

  let client: ClusterClient<T>
  let groupId: String
  private var connection: ClientConnection<T>?
  /// Where the connection leads.
  private var place: CoordinatorAddress?
  /// The metadata have named that place: it did not come to the cluster after they were made.
  private var isPlaceKnown = false
  private var isFinding = false
  private var waiting: [Waiting] = []
  private var failures = 0
  private var retryTimer: TimerID?
  private var waitingTimer: TimerID?
  private var isClosed = false

  init(client: ClusterClient<T>, groupId: String) {
    self.client = client
    self.groupId = groupId
  }

  private var transport: T { client.transport }

  /// Sends a request, now or once the coordinator is found and connected.
  func send<Request: KafkaRequest>(
    _ request: Request, versions: ClosedRange<Int16>? = nil, timeoutMs: Int64? = nil,
    completion: @escaping (Result<Request.Response, ClientError>) -> Void
  ) {
    let call = TypedCall(
      request, versions: versions, timeoutMs: timeoutMs ?? client.config.requestTimeoutMs,
      completion: completion)
    if isClosed { return call.failed(.closed) }
    if let connection, connection.state == .ready {
      connection.send(call)
      return connection.flush()
    }
    let deadline = transport.now.adding(milliseconds: call.timeoutMs)
    waiting.append(Waiting(call: call, deadline: deadline))
    armWaitingTimer()
    find()
  }

  /// The broker is not the coordinator any more, or does not answer: the next call finds it anew.
  /// Calls under way fail.
  func forget() {
    guard let old = connection else { return }
    connection = nil
    old.onClosed = { _ in }
    old.close(.disconnected("the coordinator of group \(groupId) has to be found again"))
  }

  /// After new metadata: a coordinator that left the cluster or moved is found again, whether or
  /// not its connection has ended.
  func metadataChanged() {
    guard connection != nil, let place else { return }
    if client.metadata.nodes[place.node] == place.address {
      isPlaceKnown = true
    } else if isPlaceKnown {
      forget()
      if !waiting.isEmpty { find() }
    }
  }

  func close(_ error: ClientError = .closed) {
    guard !isClosed else { return }
    isClosed = true
    for timer in [retryTimer, waitingTimer] {
      if let timer { transport.cancel(timer) }
    }
    let old = connection
    connection = nil
    old?.onClosed = { _ in }
    old?.close(error)
    failWaiting(error)
  }

  // MARK: Finding

  private func find() {
    guard !isFinding, connection == nil, retryTimer == nil, !isClosed else { return }
    isFinding = true
    client.send(.coordinator(ofGroup: groupId), to: .any) { [weak self] result in
      guard let self, !self.isClosed else { return }
      self.isFinding = false
      self.found(result.flatMap { $0.coordinator(of: self.groupId) })
    }
  }

  private func found(_ result: Result<CoordinatorAddress, ClientError>) {
    switch result {
    case .success(let place): connect(to: place)
    case .failure(let error) where error.isRetriable: findLater()
    case .failure(let error): failWaiting(error)
    }
  }

  private func connect(to place: CoordinatorAddress) {
    let connection = ClientConnection(
      transport: transport, config: client.config, address: place.address)
    self.connection = connection
    self.place = place
    isPlaceKnown = client.metadata.nodes[place.node] == place.address
    connection.onReady = { [weak self] in
      guard let self else { return }
      self.failures = 0
      self.sendWaiting()
    }
    connection.onClosed = { [weak self, weak connection] _ in
      guard let self, !self.isClosed, self.connection === connection else { return }
      self.connection = nil
      if !self.waiting.isEmpty { self.findLater() }
    }
    connection.open()
  }

  private func findLater() {
    guard retryTimer == nil else { return }
    let wait = client.retryDelayMs(attempt: failures)
    failures += 1
    retryTimer = transport.schedule(at: transport.now.adding(milliseconds: wait)) { [weak self] in
      guard let self else { return }
      self.retryTimer = nil
      if !self.waiting.isEmpty { self.find() }
    }
  }

  // MARK: Waiting calls

  private func sendWaiting() {
    guard let connection else { return }
    let all = waiting
    waiting = []
    for entry in all { connection.send(entry.call) }
    connection.flush()
  }

  private func failWaiting(_ error: ClientError) {
    let all = waiting
    waiting = []
    for entry in all { entry.call.failed(error) }
  }

  private func armWaitingTimer() {
    guard waitingTimer == nil, let first = waiting.map(\.deadline).min() else { return }
    waitingTimer = transport.schedule(at: first) { [weak self] in
      guard let self else { return }
      self.waitingTimer = nil
      let now = self.transport.now
      let late = self.waiting.filter { $0.deadline <= now }
      self.waiting.removeAll { $0.deadline <= now }
      self.armWaitingTimer()
      for entry in late {
        entry.call.failed(
          .timedOut(
            "reaching the coordinator of group \(self.groupId)", afterMs: entry.call.timeoutMs))
      }
    }
  }
}

/// Which broker coordinates a group.
struct CoordinatorAddress {
  var node: Int32
  var address: NetworkAddress
}

extension KafkaRequest where Self == FindCoordinatorRequest {
  static func coordinator(ofGroup group: String) -> FindCoordinatorRequest {
    // Up to version 3 one key stands alone, from 4 on there is a list (KIP-699).
    FindCoordinatorRequest(key: group, keyType: 0, coordinatorKeys: [group])
  }
}

extension FindCoordinatorResponse {
  func coordinator(of group: String) -> Result<CoordinatorAddress, ClientError> {
    let listed = coordinators.first { $0.key == group }
    let code = listed?.errorCode ?? errorCode
    if code != .none {
      return .failure(.broker(code, message: listed?.errorMessage ?? errorMessage))
    }
    guard let port = UInt16(exactly: listed?.port ?? port) else {
      return .failure(.malformedResponse("the coordinator's port"))
    }
    return .success(
      CoordinatorAddress(
        node: listed?.nodeId ?? nodeId,
        address: NetworkAddress(host: listed?.host ?? host, port: port)))
  }
}

extension ErrorCode {
  /// The group is coordinated elsewhere, or by nobody at the moment: it has to be found again.
  var losesCoordinator: Bool { self == .notCoordinator || self == .coordinatorNotAvailable }
}

extension ClientError {
  /// Behind such a failure the coordinator has to be found again.
  var losesCoordinator: Bool {
    switch self {
    case .broker(let code, _): code.losesCoordinator
    case .disconnected, .timedOut, .malformedResponse: true
    default: false
    }
  }
}
