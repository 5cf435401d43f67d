import KafkaFormat
import KafkaMessages
import Transport

/// One connection to one broker: learns the versions it serves, then pipelines calls through it
/// and matches the answers, which come in order, by their correlation ids.
///
/// ```
/// connecting ─► negotiating (ApiVersions) ─► ready ─► closed
/// ```
/// Anything that cannot be trusted (an answer nobody asked for, a wrong correlation id, a length
/// over the limit, a body that does not decode) closes the connection: behind it nothing can be
/// told apart any more.
final class ClientConnection<T: Transport>: ConnectionHandler {
  enum State { case connecting, negotiating, ready, closed }

  /// A call whose answer is due.
  struct Pending {
    let call: any ClientCall
    let correlationId: Int32
    let version: Int16
    let sentNanos: Int64
    let deadline: MonotonicTime
  }

  /// A call without an answer, over once the kernel has taken `end` bytes of the stream.
  struct Unanswered {
    let call: any ClientCall
    let end: Int64
  }

  let transport: T
  let config: ClientConfig
  let address: NetworkAddress
  private(set) var state = State.connecting
  private(set) var brokerVersions: [Int16: ClosedRange<Int16>] = [:]
  /// Called once when the connection can take calls, and once when it has ended.
  var onReady: () -> Void = {}
  var onClosed: (ClientError) -> Void = { _ in }

  private var link: T.Connection?
  private var pending: [Pending] = []
  private var pendingStart = 0
  private var unanswered: [Unanswered] = []
  private var queuedBytesTotal: Int64 = 0
  private var nextCorrelationId: Int32 = 0
  private var reason: ClientError?
  private var isRetiring = false
  private var deadlineTimer: (id: TimerID, time: MonotonicTime)?
  private var unansweredTimer: TimerID?

  init(transport: T, config: ClientConfig, address: NetworkAddress) {
    self.transport = transport
    self.config = config
    self.address = address
  }

  /// Answers that are due, and calls that still wait for the kernel.
  var inFlight: Int { pending.count - pendingStart + unanswered.count }

  /// When the call was sent whose answer is due first, in nanoseconds; nil if none is due.
  var oldestSentNanos: Int64? {
    pendingStart < pending.count ? pending[pendingStart].sentNanos : nil
  }

  func open() {
    armTimer(transport.now.adding(milliseconds: config.connectionSetupTimeoutMs))
    link = transport.connect(to: address, handler: self)
  }

  /// Fails all calls with `error`, and ends the connection.
  func close(_ error: ClientError) {
    guard state != .closed else { return }
    reason = reason ?? error
    link?.close()
    finish(error)
  }

  /// Ends the connection once the answers that are due have come; no call may follow.
  func closeOnceAnswered() {
    isRetiring = true
    if inFlight == 0 { close(.closed) }
  }

  // MARK: Sending

  /// The version in which `call` would go out; nil if the broker serves none.
  func version(for call: any ClientCall) -> Int16? {
    version(apiKey: call.apiKey, among: call.versions)
  }

  func version(apiKey: Int16, among versions: ClosedRange<Int16>) -> Int16? {
    guard let served = brokerVersions[apiKey] else { return nil }
    let common = min(versions.upperBound, served.upperBound)
    return common >= max(versions.lowerBound, served.lowerBound) ? common : nil
  }

  /// Queues `call`; `flush` sends it. Only when `ready`.
  func send(_ call: any ClientCall) {
    guard state == .ready, let version = version(for: call) else {
      return call.failed(
        state == .ready
          ? .unsupportedByBroker(
            "\(Self.name(call.apiKey)), versions \(call.versions.lowerBound) to "
              + "\(call.versions.upperBound)")
          : reason ?? .disconnected("\(address)"))
    }
    transmit(call, version: version)
  }

  func flush() {
    link?.flush()
    settleUnanswered(later: true)
  }

  private func transmit(_ call: any ClientCall, version: Int16) {
    guard let link else { return call.failed(.disconnected("\(address)")) }
    let correlationId = nextCorrelationId
    nextCorrelationId = correlationId == .max ? 0 : correlationId + 1
    let parts = call.encode(
      version: version, correlationId: correlationId, clientId: config.clientId)
    for part in parts {
      queuedBytesTotal += Int64(part.count)
      link.send(part)
    }
    guard call.expectsResponse else {
      unanswered.append(Unanswered(call: call, end: queuedBytesTotal))
      return
    }
    let now = transport.now
    let deadline = now.adding(milliseconds: call.timeoutMs)
    pending.append(
      Pending(
        call: call, correlationId: correlationId, version: version,
        sentNanos: now.nanoseconds, deadline: deadline))
    armTimer(deadline)
  }

  /// Ends the calls without an answer whose bytes are all taken; `later`: not within this call,
  /// because their owner may be in the middle of something.
  private func settleUnanswered(later: Bool) {
    guard let first = unanswered.first, let link else { return }
    let taken = queuedBytesTotal - Int64(link.queuedBytes)
    guard first.end <= taken else { return }
    if later {
      guard unansweredTimer == nil else { return }
      unansweredTimer = transport.schedule(at: transport.now) { [weak self] in
        self?.unansweredTimer = nil
        self?.settleUnanswered(later: false)
      }
      return
    }
    let count = unanswered.firstIndex { $0.end > taken } ?? unanswered.count
    let done = unanswered[..<count].map(\.call)
    unanswered.removeFirst(count)
    for call in done { call.sentWithoutResponse() }
  }

  // MARK: ConnectionHandler

  func connected() {
    guard state == .connecting else { return }
    state = .negotiating
    negotiate(version: 4)
  }

  func received(_ buffer: inout ReceiveBuffer) {
    while state != .closed {
      guard buffer.count >= 4 else { return buffer.expect(4) }
      let size: Int
      do throws(FormatError) {
        var reader = ByteReader(buffer.readable)
        size = Int(try reader.int32())
      } catch { return abandon("\(error)") }
      guard size >= 4, size <= config.maxResponseBytes else {
        return abandon("an answer of \(size) bytes")
      }
      guard buffer.count >= 4 + size else { return buffer.expect(4 + size) }
      answer(buffer.readable.extracting(4..<(4 + size)))
      buffer.consume(4 + size)
    }
    buffer.consume(buffer.count)
  }

  func drained() { settleUnanswered(later: false) }

  func closed(_ error: TransportError?) {
    guard state != .closed else { return }
    finish(reason ?? .disconnected(words(for: error)))
  }

  /// How the connection ended, its address first.
  private func words(for error: TransportError?) -> String {
    switch error {
    case .refused: return "\(address) refused the connection"
    case .timedOut: return "\(address) did not accept the connection"
    case .reset: return "\(address) reset the connection\(dueAnswer)"
    case let error?: return "\(address): \(error)"
    case nil: return "\(address) closed the connection\(dueAnswer)"
    }
  }

  /// Names the answer that was due next.
  private var dueAnswer: String {
    guard pendingStart < pending.count else { return "" }
    return " before the answer to \(Self.name(pending[pendingStart].call.apiKey)) arrived"
  }

  private static func name(_ apiKey: Int16) -> String {
    ApiKey(rawValue: apiKey)?.name ?? "request \(apiKey)"
  }

  // MARK: Answers

  /// One whole answer, without its size.
  private func answer(_ frame: RawSpan) {
    guard pendingStart < pending.count else { return abandon("an answer to nothing") }
    let due = pending[pendingStart]
    do throws(FormatError) {
      var reader = ByteReader(frame)
      let correlationId = try reader.int32()
      guard correlationId == due.correlationId else {
        throw .invalid("correlation id \(correlationId) where \(due.correlationId) was due")
      }
      if let key = ApiKey(rawValue: due.call.apiKey),
        key.responseHeaderVersion(for: due.version) > 0
      {
        try reader.skipTaggedFields()
      }
      popPending()
      do throws(FormatError) {
        try due.call.answered(
          &reader, version: due.version, sentNanos: due.sentNanos, frameBytes: frame.byteCount + 4)
      } catch {
        due.call.failed(.malformedResponse("\(Self.name(due.call.apiKey)): \(error)"))
        throw error
      }
      if isRetiring, inFlight == 0 { close(.closed) }
    } catch { abandon("\(Self.name(due.call.apiKey)), version \(due.version): \(error)") }
  }

  private func popPending() {
    pendingStart += 1
    // Shifted rarely, so that a queue that is never empty does not grow.
    if pendingStart == pending.count || pendingStart >= 64 {
      pending.removeFirst(pendingStart)
      pendingStart = 0
    }
  }

  private func abandon(_ what: String) { close(.malformedResponse("\(address): \(what)")) }

  private func finish(_ error: ClientError) {
    state = .closed
    link = nil
    if let timer = deadlineTimer { transport.cancel(timer.id) }
    if let timer = unansweredTimer { transport.cancel(timer) }
    deadlineTimer = nil
    let calls = pending[pendingStart...].map(\.call) + unanswered.map(\.call)
    pending = []
    pendingStart = 0
    unanswered = []
    for call in calls { call.failed(error) }
    let heard = onClosed
    onReady = {}
    onClosed = { _ in }
    heard(error)
  }

  // MARK: Versions

  /// Asks for the broker's versions: in the newest form first, then, if the broker does not know
  /// that one, in the first.
  private func negotiate(version: Int16) {
    let call = ApiVersionsCall(timeoutMs: config.connectionSetupTimeoutMs) { [weak self] outcome in
      guard let self, self.state == .negotiating else { return }
      switch outcome {
      case .served(let versions):
        self.brokerVersions = versions
        self.state = .ready
        self.onReady()
      case .unsupportedVersion where version > 0: self.negotiate(version: 0)
      case .unsupportedVersion: self.close(.unsupportedByBroker("ApiVersions"))
      case .failed(let error): self.close(error)
      }
    }
    transmit(call, version: version)
    link?.flush()
  }

  // MARK: Deadlines

  private func armTimer(_ time: MonotonicTime) {
    if let timer = deadlineTimer {
      if timer.time <= time { return }
      transport.cancel(timer.id)
    }
    let id = transport.schedule(at: time) { [weak self] in self?.checkDeadlines() }
    deadlineTimer = (id, time)
  }

  private func checkDeadlines() {
    deadlineTimer = nil
    let now = transport.now
    if state == .connecting {
      return close(.timedOut("connecting to \(address)", afterMs: config.connectionSetupTimeoutMs))
    }
    guard let next = pending[pendingStart...].min(by: { $0.deadline < $1.deadline }) else { return }
    guard next.deadline <= now else { return armTimer(next.deadline) }
    close(
      .timedOut(
        "the answer of \(address) to \(Self.name(next.call.apiKey))",
        afterMs: next.call.timeoutMs))
  }
}
