import CommitLog
import Foundation
import KafkaFormat
import KafkaMessages
import Testing

@testable import BrokerCore

/// A broker without a server: its processors, a disk pool that runs jobs when told, and a clock
/// that stands until it is moved.
final class TestBroker {
  let directory: String
  let ownsDirectory: Bool
  let plan: FaultPlan
  private(set) var node: BrokerNode
  private(set) var processors: [RequestProcessor]
  var nowMs: Int64
  var nowNanos: Int64 = 1_000_000_000
  /// false: jobs wait in `jobs`.
  var runsJobs = true
  private(set) var jobs: [(loop: Int, DiskJob)] = []
  /// Answers that came as actions, by connection.
  private(set) var answers: [UInt64: [UInt8]] = [:]
  private(set) var closed: [UInt64: String] = [:]
  private(set) var logLines: [String] = []
  private var nextConnection: UInt64 = 1

  init(
    _ properties: [String: String] = [:], loops: Int = 1, directory: String? = nil,
    plan: FaultPlan = FaultPlan(), nowMs: Int64 = 1_700_000_000_000
  ) throws {
    self.nowMs = nowMs
    self.directory =
      directory ?? NSTemporaryDirectory() + "weir-core-\(UInt64.random(in: 0 ... .max))"
    ownsDirectory = directory == nil
    self.plan = plan
    var all = ["log.dirs": self.directory, "listeners": "PLAINTEXT://127.0.0.1:0"]
    all.merge(properties) { $1 }
    let config = try BrokerConfig(properties: all)
    node = try BrokerNode.open(
      config, fileSystem: FaultInjectingFileSystem(plan: plan), loopCount: loops, nowMs: nowMs)
    var bound = config.listeners
    for index in bound.indices { bound[index].port = UInt16(19_092 + index) }
    try node.register(listeners: bound, hostName: "own.name", nowMs: nowMs)
    processors = []
    for loop in 0..<loops { processors.append(RequestProcessor(node: node, loop: loop)) }
  }

  deinit { if ownsDirectory { try? FileManager.default.removeItem(atPath: directory) } }

  func connect() -> UInt64 {
    nextConnection += 1
    return nextConnection
  }

  // MARK: Requests

  enum Reply {
    case bytes([UInt8])
    case nothing
    case pending
    case close(String)
  }

  /// Hands over a frame without its size.
  func handle(
    _ frame: [UInt8], loop: Int = 0, connection: UInt64? = nil, listener: Int = 0
  ) -> Reply {
    let connection = connection ?? connect()
    var frame = frame
    var span = frame.mutableSpan
    let outcome = processors[loop].handle(
      frame: &span, connection: connection, clientAddress: "127.0.0.1", listener: listener,
      nowMs: nowMs, nowNanos: nowNanos)
    let isPowerOff = plan.isPowerOff
    carryOut()
    if isPowerOff { return .nothing }
    switch outcome {
    case .respond(let response):
      let bytes = Self.bytes(of: response)
      return plan.isPowerOff ? .nothing : .bytes(bytes)
    case .noResponse: return .nothing
    case .close(let reason): return .close(reason)
    case .pending:
      if let answer = answers.removeValue(forKey: connection) { return .bytes(answer) }
      return .pending
    }
  }

  /// Sends a request and reads its answer.
  func send<R: KafkaRequest>(
    _ request: R, version: Int16, loop: Int = 0, connection: UInt64? = nil, listener: Int = 0
  ) throws -> R.Response {
    let frame = request.frame(version: version, correlationId: 7, clientId: "test")
    let reply = handle(
      Array(frame.dropFirst(4)), loop: loop, connection: connection, listener: listener)
    switch reply {
    case .bytes(let bytes): return try Self.decode(R.self, bytes, version: version)
    case .nothing: throw Failure(description: "no answer")
    case .pending: throw Failure(description: "pending")
    case .close(let reason): throw Failure(description: "closed: \(reason)")
    }
  }

  /// Sends a request that is expected to wait.
  func sendPending(
    _ request: some KafkaRequest, version: Int16, loop: Int = 0, connection: UInt64
  ) throws {
    let frame = request.frame(version: version, correlationId: 7, clientId: "test")
    guard case .pending = handle(Array(frame.dropFirst(4)), loop: loop, connection: connection)
    else { throw Failure(description: "answered at once") }
  }

  func takeAnswer<R: KafkaRequest>(_ type: R.Type, version: Int16, connection: UInt64) throws
    -> R.Response?
  {
    guard let bytes = answers.removeValue(forKey: connection) else { return nil }
    return try Self.decode(R.self, bytes, version: version)
  }

  struct Failure: Error, CustomStringConvertible { var description: String }

  static func decode<R: KafkaRequest>(_ type: R.Type, _ bytes: [UInt8], version: Int16) throws
    -> R.Response
  {
    var reader = ByteReader(bytes.rawSpan)
    #expect(try Int(reader.int32()) == bytes.count - 4)
    let header = try ResponseHeader(
      from: &reader, version: R.apiKey.responseHeaderVersion(for: version))
    #expect(header.correlationId == 7)
    let response = try R.Response(from: &reader, version: version)
    #expect(reader.remaining == 0)
    return response
  }

  static func bytes(of response: Response) -> [UInt8] {
    var bytes = Array(response.head[response.headRange])
    for part in response.tail {
      switch part {
      case .bytes(let all, let range): bytes += all[range]
      case .slice(let slice):
        bytes += (try? slice.file.read(at: slice.position, count: slice.count)) ?? []
      }
    }
    return bytes
  }

  // MARK: Actions, disk and time

  private func carryOut() {
    var isBusy = true
    while isBusy {
      isBusy = false
      for (loop, processor) in processors.enumerated() {
        for action in processor.takeActions() {
          isBusy = true
          carryOut(action, loop: loop)
        }
      }
      if runsJobs, !jobs.isEmpty {
        isBusy = true
        let (loop, job) = jobs.removeFirst()
        processors[loop].complete(job.run(), nowMs: nowMs, nowNanos: nowNanos)
      }
    }
  }

  private func carryOut(_ action: Action, loop: Int) {
    switch action {
    case .respond(let connection, let response):
      // An answer that is made after a power cut reaches no client.
      let bytes = Self.bytes(of: response)
      if !plan.isPowerOff { answers[connection] = bytes }
    case .close(let connection, let reason): closed[connection] = reason
    case .disk(let job): jobs.append((loop, job))
    case .wake(let target, let wake):
      processors[target].wake(wake, nowMs: nowMs, nowNanos: nowNanos)
    case .log(_, let line): logLines.append(line)
    case .resume: break
    }
  }

  /// Runs the jobs that wait, and those that follow from them.
  func runDisk() {
    let before = runsJobs
    runsJobs = true
    carryOut()
    runsJobs = before
  }

  /// Runs the first job that waits, alone.
  func runOneJob() {
    guard !jobs.isEmpty else { return }
    let (loop, job) = jobs.removeFirst()
    processors[loop].complete(job.run(), nowMs: nowMs, nowNanos: nowNanos)
    carryOut()
  }

  /// Runs the newest job that waits, before the others.
  func runLastJob() {
    guard let (loop, job) = jobs.popLast() else { return }
    processors[loop].complete(job.run(), nowMs: nowMs, nowNanos: nowNanos)
    carryOut()
  }

  func advance(ms: Int64) {
    nowMs += ms
    nowNanos += ms * 1_000_000
    for processor in processors where processor.nextDeadlineNanos <= nowNanos {
      processor.tick(nowMs: nowMs, nowNanos: nowNanos)
    }
    carryOut()
  }

  func closeConnection(_ connection: UInt64, loop: Int = 0) {
    processors[loop].connectionClosed(connection)
    carryOut()
  }

  func stop() throws { try node.close(nowMs: nowMs) }

  /// As if the process had been killed: another may take the directory.
  func abandon() { node.abandon() }
}
