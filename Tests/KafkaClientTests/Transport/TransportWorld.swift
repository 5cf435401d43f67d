import Transport

@testable import EventLoop

/// A transport under test, and how its time passes.
protocol TransportWorld: AnyObject {
  associatedtype T: Transport
  var transport: T { get }
  /// Where `listen` takes a free port.
  var freeAddress: NetworkAddress { get }

  /// Lets events happen until `isDone`, or until it can no longer be expected.
  func run(until isDone: () -> Bool) -> Bool
  /// Lets everything happen that is under way.
  func settle()
}

/// What a world can do, whatever its types are.
extension TransportWorld {
  func listen(
    _ accept: @escaping (any TransportConnection) -> (any ConnectionHandler)?
  ) throws -> any TransportListener {
    try transport.listen(on: freeAddress) { accept($0) }
  }

  func connect(to address: NetworkAddress, _ end: End) {
    end.connection = transport.connect(to: address, handler: end)
  }

  var now: MonotonicTime { transport.now }
  var mailbox: any Mailbox { transport.mailbox }

  @discardableResult
  func after(ms: Int64, _ action: @escaping () -> Void) -> TimerID {
    transport.schedule(at: transport.now.adding(milliseconds: ms), action)
  }

  func cancel(_ timer: TimerID) { transport.cancel(timer) }
}

final class FakeWorld: TransportWorld {
  let transport = FakeTransport()
  let freeAddress = NetworkAddress(host: "host", port: 0)

  func run(until isDone: () -> Bool) -> Bool {
    transport.run(seconds: 60, until: isDone)
    return isDone()
  }

  func settle() { transport.run(seconds: 1) }
}

/// The event loop, run by the test's thread.
final class LoopWorld: TransportWorld {
  let transport: EventLoop
  let freeAddress = NetworkAddress(host: "127.0.0.1", port: 0)

  init() throws { transport = try EventLoop() }

  /// Gives up only after a time that no machine takes.
  func run(until isDone: () -> Bool) -> Bool {
    let end = transport.now.adding(milliseconds: 60_000)
    while !isDone(), transport.now < end {
      // A turn without events ends soon.
      transport.schedule(at: transport.now.adding(milliseconds: 5)) {}
      transport.turn()
    }
    return isDone()
  }

  func settle() {
    let end = transport.now.adding(milliseconds: 100)
    // A pause of the machine may take all of that time: some turns there are in any case.
    var turns = 0
    _ = run {
      turns += 1
      return turns > 20 && transport.now >= end
    }
  }
}

enum Implementation: CaseIterable {
  case eventLoop, fake

  func world() throws -> any TransportWorld {
    switch self {
    case .eventLoop: try LoopWorld()
    case .fake: FakeWorld()
    }
  }
}

/// A handler that keeps what it hears.
final class End: ConnectionHandler {
  var connection: (any TransportConnection)?
  var received: [UInt8] = []
  var connectedCount = 0
  var drainedCount = 0
  /// One entry a call; an end in order is `.success`.
  var closings: [Result<Bool, TransportError>] = []
  /// In place of taking all that is there.
  var onReceived: ((End, inout ReceiveBuffer) -> Void)?
  var onConnected: (End) -> Void = { _ in }

  var isClosed: Bool { !closings.isEmpty }

  func connected() {
    connectedCount += 1
    onConnected(self)
  }

  func received(_ buffer: inout ReceiveBuffer) {
    if let onReceived { onReceived(self, &buffer) } else { take(&buffer) }
  }

  func take(_ buffer: inout ReceiveBuffer, _ count: Int? = nil) {
    let count = count ?? buffer.count
    received += unsafe buffer.readable.withUnsafeBytes { unsafe Array($0.prefix(count)) }
    buffer.consume(count)
  }

  func drained() { drainedCount += 1 }

  func closed(_ error: TransportError?) {
    closings.append(error.map { .failure($0) } ?? .success(true))
  }

  func send(_ bytes: [UInt8]) { connection?.send(.bytes(bytes)) }
}

/// A file in memory.
final class MemoryFile: TransmittableFile {
  private let bytes: [UInt8]
  var descriptorToSend: Int32? { nil }

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func fill(_ target: inout MutableRawSpan, from position: Int64) -> Int? {
    let count = min(target.byteCount, max(0, bytes.count - Int(position)))
    for index in 0..<count {
      target.storeBytes(of: bytes[Int(position) + index], toByteOffset: index, as: UInt8.self)
    }
    return count
  }

  func slice(_ range: Range<Int>) -> OutboundPart {
    .file(FileSlice(file: self, position: Int64(range.lowerBound), count: range.count))
  }
}
