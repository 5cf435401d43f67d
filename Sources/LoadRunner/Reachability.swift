import EventLoop
import Transport

/// Asks whether anybody still listens at some addresses, by connecting to each, on a loop of its
/// own: nobody waits for it.
final class Reachability {
  private let thread: EventLoopThread
  private let answers: [Reply<Bool>]
  private let addresses: [NetworkAddress]

  /// Starts asking.
  ///
  /// - Returns: nil where there is no thread to ask on.
  init?(of addresses: [NetworkAddress]) {
    guard let thread = try? EventLoopThread(name: "weir-reach") else { return nil }
    self.thread = thread
    self.addresses = addresses
    answers = addresses.map { _ in Reply() }
    for (address, answer) in zip(addresses, answers) {
      thread.post { loop in
        let attempt = Attempt(answer)
        attempt.connection = loop.connect(to: address, handler: attempt)
      }
    }
  }

  deinit {
    thread.stop()
    thread.join()
  }

  /// Everybody has answered, or refused.
  var isDone: Bool { answers.allSatisfy(\.isSet) }

  /// Who refuses, in words; nil as long as one of them listens or has not been heard of.
  var refusal: String? {
    let found = answers.map { $0.isSet ? $0.wait(seconds: 0) : nil }
    guard !found.isEmpty, found.allSatisfy({ $0 == false }) else { return nil }
    let names = addresses.map(\.description).joined(separator: ", ")
    return "\(names) \(addresses.count == 1 ? "refuses" : "refuse") connections"
  }

  /// Waits for the answers, a second at most.
  static func refusal(of addresses: [NetworkAddress]) -> String? {
    guard let asked = Reachability(of: addresses) else { return nil }
    for answer in asked.answers { _ = answer.wait(seconds: 1) }
    return asked.refusal
  }

  /// One connection that is ended as soon as it stands.
  private final class Attempt: ConnectionHandler {
    private let answer: Reply<Bool>
    var connection: EventLoop.Connection?

    init(_ answer: Reply<Bool>) { self.answer = answer }

    func connected() {
      answer.set(true)
      connection?.close()
      connection = nil
    }

    func received(_ buffer: inout ReceiveBuffer) {}
    func drained() {}

    func closed(_ error: TransportError?) {
      connection = nil
      guard !answer.isSet else { return }
      // Only a plain refusal says that nobody is there: a network may be slow, or lose much.
      if case .refused = error { answer.set(false) }
    }
  }
}
