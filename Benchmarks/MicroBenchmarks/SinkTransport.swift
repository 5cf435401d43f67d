import KafkaFormat
import KafkaMessages
import Transport

/// A broker that swallows whatever is produced: what is left is the client's own work.
final class SinkTransport: Transport {
  private(set) var actions: [() -> Void] = []
  private var timerCount: UInt64 = 0
  private let clock = ContinuousClock()
  private let start = ContinuousClock().now

  var now: MonotonicTime {
    let elapsed = start.duration(to: clock.now).components
    return MonotonicTime(
      nanoseconds: elapsed.seconds * 1_000_000_000 + elapsed.attoseconds / 1_000_000_000)
  }
  var wallClockMs: Int64 { 0 }
  var mailbox: any Mailbox { SinkMailbox() }

  /// Everything happens at once, whatever its time.
  @discardableResult
  func schedule(at time: MonotonicTime, _ action: @escaping () -> Void) -> TimerID {
    timerCount += 1
    if time <= now { actions.append(action) }
    return TimerID(value: timerCount)
  }

  func cancel(_ timer: TimerID) {}

  func soon(_ action: @escaping () -> Void) { actions.append(action) }

  /// Runs what was put off.
  func turn() {
    let due = actions
    actions = []
    for action in due { action() }
  }

  func connect(to address: NetworkAddress, handler: any ConnectionHandler) -> SinkConnection {
    soon { handler.connected() }
    return SinkConnection(transport: self, peer: address, handler: handler)
  }

  func listen(
    on address: NetworkAddress, accept: @escaping (SinkConnection) -> (any ConnectionHandler)?
  ) throws(TransportError) -> SinkListener { throw .refused(address) }
}

final class SinkMailbox: Mailbox {
  func post(_ action: @escaping @Sendable () -> Void) {}
}

final class SinkListener: TransportListener {
  let address = NetworkAddress(host: "", port: 0)
  func close() {}
}

final class SinkConnection: TransportConnection {
  let id: UInt64 = 1
  let peer: NetworkAddress
  let queuedBytes = 0
  let queuedHeapBytes = 0
  let transferredBytes: Int64 = 0
  private unowned let transport: SinkTransport
  private let handler: any ConnectionHandler

  init(transport: SinkTransport, peer: NetworkAddress, handler: any ConnectionHandler) {
    self.transport = transport
    self.peer = peer
    self.handler = handler
  }

  func send(_ part: OutboundPart) {
    guard case .bytes(let bytes, let range) = part else { return }
    var reader = ByteReader(bytes.rawSpan.extracting(range))
    guard (try? reader.int32()) != nil, let key = try? reader.int16(),
      let version = try? reader.int16(), let correlationId = try? reader.int32()
    else { return }
    let answer: [UInt8]
    switch ApiKey(rawValue: key) {
    case .apiVersions:
      let keys = [ApiKey.produce: 13, .metadata: 13, .apiVersions: 4] as [ApiKey: Int16]
      let response = ApiVersionsResponse(
        apiKeys: keys.map { .init(apiKey: $0.rawValue, minVersion: 0, maxVersion: $1) })
      answer = response.frame(version: version, correlationId: correlationId)
    case .metadata:
      let response = MetadataResponse(
        brokers: [.init(nodeId: 0, host: peer.host, port: Int32(peer.port))],
        topics: [
          .init(
            name: "t", topicId: KafkaUUID(high: 1, low: 1),
            partitions: [.init(partitionIndex: 0, leaderId: 0)])
        ])
      answer = response.frame(version: version, correlationId: correlationId)
    default: return
    }
    transport.soon { [handler] in
      var buffer = ReceiveBuffer(storage: answer)
      buffer.advanceEnd(by: answer.count)
      handler.received(&buffer)
    }
  }

  func flush() {}
  func pauseReading() {}
  func resumeReading() {}
  func close() {}
  func closeAfterFlush() {}
}
