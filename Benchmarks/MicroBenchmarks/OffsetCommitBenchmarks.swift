import BrokerCore
import BrokerServer
import CommitLog
import EventLoop
import KafkaFormat
import KafkaMessages
import Transport

/// Offset commits, one partition a request: what the broker's core makes of them on one thread, and
/// how many get through one connection to a broker in this process.
enum OffsetCommitBenchmarks {
  static let inFlight = 32

  static func commits() -> [MicroBenchmark] {
    let core = 1_000
    let connection = 20_000
    let size = commitFrame(0).count
    return [
      MicroBenchmark("broker/offset-commit/core", bytes: core * size, records: core) {
        let lane = try CoreLane()
        return { try lane.run(core) }
      },
      MicroBenchmark(
        "broker/offset-commit/one-connection", bytes: connection * size, records: connection
      ) {
        let lane = try ConnectionLane()
        return { try lane.run(connection) }
      },
    ]
  }

  /// A request of version 8, the four bytes of its size included.
  static func commitFrame(_ offset: Int64) -> [UInt8] {
    OffsetCommitRequest(
      groupId: "a-group-of-consumers",
      topics: [
        .init(
          name: "a-topic-of-records",
          partitions: [
            .init(partitionIndex: 0, committedOffset: offset, committedMetadata: "")
          ])
      ]
    ).frame(version: 8, correlationId: 7, clientId: "benchmark")
  }

  /// What makes the topic and the coordinator.
  static var preparation: [[UInt8]] {
    [
      CreateTopicsRequest(topics: [
        .init(name: "a-topic-of-records", numPartitions: 1, replicationFactor: 1)
      ]).frame(version: 7, correlationId: 7, clientId: "benchmark"),
      FindCoordinatorRequest(coordinatorKeys: ["a-group-of-consumers"])
        .frame(version: 4, correlationId: 7, clientId: "benchmark"),
    ]
  }

  static func config(_ directory: String) throws -> BrokerConfig {
    try BrokerConfig(properties: [
      "log.dirs": directory, "listeners": "PLAINTEXT://127.0.0.1:0", "num.network.threads": "1",
      "offsets.topic.num.partitions": "4",
    ])
  }

  static func scratchDirectory() -> String { ".build/benchmark-groups/\(KafkaUUID.random())" }

  enum Failure: Error { case refused, connectionLost }
}

/// A broker's core alone: frames in, answers out; disk jobs run in between.
private final class CoreLane {
  private let directory = OffsetCommitBenchmarks.scratchDirectory()
  private let processor: RequestProcessor
  private let frame = Array(OffsetCommitBenchmarks.commitFrame(5).dropFirst(4))
  private var nanos: Int64 = 1_000_000_000
  private let nowMs: Int64 = 1_700_000_000_000

  init() throws {
    let config = try OffsetCommitBenchmarks.config(directory)
    let node = try BrokerNode.open(config, loopCount: 1, nowMs: nowMs)
    try node.register(listeners: config.listeners, hostName: "localhost", nowMs: nowMs)
    processor = RequestProcessor(node: node, loop: 0)
    for frame in OffsetCommitBenchmarks.preparation { _ = handle(Array(frame.dropFirst(4))) }
  }

  deinit { try? PosixFileSystem().removeTree(directory) }

  func run(_ count: Int) throws -> Int {
    var bytes = 0
    for _ in 0..<count {
      guard case .respond(let response) = handle(frame), response.head.last == 0 else {
        throw OffsetCommitBenchmarks.Failure.refused
      }
      bytes += response.head.count
    }
    return bytes
  }

  private func handle(_ frame: [UInt8]) -> Outcome {
    var frame = frame
    var span = frame.mutableSpan
    nanos += 1_000
    let outcome = processor.handle(
      frame: &span, connection: 1, clientAddress: "127.0.0.1", listener: 0, nowMs: nowMs,
      nowNanos: nanos)
    while processor.hasActions {
      for case .disk(let job) in processor.takeActions() {
        processor.complete(job.run(), nowMs: nowMs, nowNanos: nanos)
      }
    }
    return outcome
  }
}

/// A broker with one loop of its own, and one client that keeps some requests in flight.
private final class ConnectionLane {
  private let directory = OffsetCommitBenchmarks.scratchDirectory()
  private let broker: RunningBroker

  init() throws {
    broker = try BrokerServer.start(try OffsetCommitBenchmarks.config(directory), loops: 1)
    for frame in OffsetCommitBenchmarks.preparation { _ = try send(frame, count: 1) }
  }

  deinit {
    broker.stop()
    try? PosixFileSystem().removeTree(directory)
  }

  func run(_ count: Int) throws -> Int {
    try send(OffsetCommitBenchmarks.commitFrame(5), count: count)
  }

  private func send(_ frame: [UInt8], count: Int) throws -> Int {
    let loop = try EventLoop(configuration: EventLoopConfiguration())
    let client = PipelinedClient(frame: frame, count: count) { loop.stop() }
    let address = NetworkAddress(host: "127.0.0.1", port: broker.listeners[0].port)
    client.connection = loop.connect(to: address, handler: client)
    loop.run()
    guard client.answered == count else { throw OffsetCommitBenchmarks.Failure.connectionLost }
    return client.receivedBytes
  }
}

/// Sends one frame again and again, some at a time, and counts the answers.
private final class PipelinedClient: ConnectionHandler {
  var connection: SocketConnection?
  private(set) var answered = 0
  private(set) var receivedBytes = 0
  private let frame: [UInt8]
  private let count: Int
  private var sent = 0
  private let whenDone: () -> Void

  init(frame: [UInt8], count: Int, whenDone: @escaping () -> Void) {
    self.frame = frame
    self.count = count
    self.whenDone = whenDone
  }

  func connected() { sendMore() }

  func received(_ buffer: inout ReceiveBuffer) {
    while buffer.count >= 4 {
      var reader = ByteReader(buffer.readable)
      guard let size = try? Int(reader.int32()), size >= 0 else { return whenDone() }
      if buffer.count < 4 + size {
        buffer.expect(4 + size)
        break
      }
      buffer.consume(4 + size)
      receivedBytes += size
      answered += 1
    }
    if answered == count { whenDone() } else { sendMore() }
  }

  private func sendMore() {
    while sent < count, sent - answered < OffsetCommitBenchmarks.inFlight {
      connection?.send(.bytes(frame))
      sent += 1
    }
    connection?.flush()
  }

  func drained() {}
  func closed(_ error: TransportError?) { whenDone() }
}
