import EventLoop
import KafkaMessages
import Transport

/// Asks brokers for their versions, each over a connection of its own: whether their processes
/// still work. A stopped process accepts connections and answers nothing.
enum NodeProbe {
  enum Finding: Sendable, Equatable {
    /// It answers.
    case answers
    /// It refuses the connection, or closes it without an answer.
    case isGone
    /// Neither, in the given time.
    case isSilent
  }

  /// - Parameters:
  ///   - addresses: By node.
  ///   - seconds: How long an answer is waited for.
  /// - Returns: One finding a node; none where there is no thread to ask on.
  static func ask(_ addresses: [Int32: NetworkAddress], seconds: Double) -> [Int32: Finding] {
    guard let thread = try? EventLoopThread(name: "weir-probe") else { return [:] }
    defer {
      thread.stop()
      thread.join()
    }
    let end = EventLoop.currentTime.nanoseconds + Int64(seconds * 1e9)
    let replies = addresses.mapValues { _ in Reply<Finding>() }
    for (node, address) in addresses {
      guard let reply = replies[node] else { continue }
      thread.post { loop in
        let attempt = Attempt(reply)
        attempt.connection = loop.connect(to: address, handler: attempt)
      }
    }
    return replies.mapValues { reply in
      let left = Double(end - EventLoop.currentTime.nanoseconds) / 1e9
      return reply.wait(seconds: max(0.01, left)) ?? .isSilent
    }
  }

  static func ask(_ address: NetworkAddress, seconds: Double) -> Finding {
    ask([0: address], seconds: seconds)[0] ?? .isSilent
  }

  private final class Attempt: ConnectionHandler {
    private let reply: Reply<Finding>
    var connection: EventLoop.Connection?

    init(_ reply: Reply<Finding>) { self.reply = reply }

    func connected() {
      // Version 0 is served by every broker.
      let frame = ApiVersionsRequest().frame(version: 0, correlationId: 1, clientId: "weir-probe")
      connection?.send(.bytes(frame))
      connection?.flush()
    }

    func received(_ buffer: inout ReceiveBuffer) {
      if !reply.isSet { reply.set(.answers) }
      connection?.close()
      connection = nil
    }

    func drained() {}

    func closed(_ error: TransportError?) {
      connection = nil
      // A network may be slow or lose much: only a refusal or an end says that it is gone.
      if case .timedOut? = error { return }
      if !reply.isSet { reply.set(.isGone) }
    }
  }
}
