import Foundation
import Glibc
import KafkaClient

/// `weir consume`: prints the records of a topic.
enum ConsumeCommand {
  static let fromBeginning = Option<Bool>.flag(
    "from-beginning", "starts at the earliest record; by default only new ones are read")
  static let partition = Option<Int32?>.optional(
    "partition", "N", "reads this partition alone", parse: Values.integer(0...Int32.max))
  static let offset = Option<Int64?>.optional(
    "offset", "N", "starts at this offset of the partition", parse: Values.integer(0...Int64.max))
  static let maxRecords = Option<Int?>.optional(
    "max-records", "N", "ends after this many records", parse: Values.integer(0...Int.max))
  static let timeout = Option<Int64?>.optional(
    "timeout", "DURATION", "ends when no record comes for so long", parse: Values.milliseconds)
  static let printKey = Option<Bool>.flag("print-key", "prints each record's key before its value")
  static let printTimestamp = Option<Bool>.flag(
    "print-timestamp", "prints each record's timestamp, in ms since 1970")
  static let printHeaders = Option<Bool>.flag("print-headers", "prints each record's headers")
  static let printOffset = Option<Bool>.flag(
    "print-offset", "prints each record's partition and offset")
  static let separator = Option<String>(
    "separator", "TEXT", "what stands between the printed fields", default: "\t",
    defaultText: "a tab", parse: Values.text)

  static let group = Option<String?>.optional(
    "group", "GROUP", "reads as a member of this group, and commits what was printed",
    parse: Values.filledText)
  static let assignor = Option<String?>.optional(
    "assignor", "NAME,…", "how the group shares partitions out; needs --group",
    parse: Values.filledText)
  static let printAssignment = Option<Bool>.flag(
    "print-assignment", "tells on standard error which partitions the group gives this member")

  static let command = Command(
    path: ["consume"],
    summary: "prints the records of a topic",
    discussion: """
      Reads all partitions, or the one named, until Ctrl-C, --max-records or --timeout. A null key
      or value is printed as "null". After Ctrl-C, SIGTERM or SIGHUP what was read is printed, and
      the exit code is 130. Where retention deletes records before they were read, reading
      continues at the first that is left, and standard error says how many offsets were skipped.
      Where the log ends before the offset to read from, the command fails.

      With --group the members of the group share the partitions; reading starts where the group
      has committed, and else as without it. --assignor takes range, roundrobin, sticky,
      cooperative-sticky, or several of them, the preferred one first.
      """,
    positionals: [Positional(name: "TOPIC", doc: "the topic to read")],
    options: [
      ClientOptions.bootstrap.declaration, fromBeginning.declaration, partition.declaration,
      offset.declaration, group.declaration, assignor.declaration, printAssignment.declaration,
      maxRecords.declaration, timeout.declaration, printKey.declaration,
      printTimestamp.declaration, printHeaders.declaration, printOffset.declaration,
      separator.declaration, ClientOptions.property.declaration,
      ClientOptions.timeout.declaration,
    ],
    examples: [
      "weir consume my-topic --from-beginning",
      "weir consume my-topic --partition 3 --offset 120 --max-records 10 --print-key",
      "weir consume my-topic --group readers --from-beginning --assignor cooperative-sticky",
    ],
    run: { arguments in try await run(arguments) })

  private static func run(_ arguments: Arguments) async throws -> ExitCode {
    if arguments[offset] != nil, arguments[partition] == nil {
      throw UsageError(
        message: "--offset needs --partition, whose offset it is", command: "consume")
    }
    if arguments[offset] != nil, arguments[fromBeginning] {
      throw UsageError(
        message: "--offset and --from-beginning both say where to start", command: "consume")
    }
    if arguments[group] != nil, arguments[partition] != nil {
      throw UsageError(
        message: "--partition and --group both say what is read", command: "consume")
    }
    if arguments[group] == nil, arguments[assignor] != nil || arguments[printAssignment] {
      throw UsageError(
        message: "--assignor and --print-assignment need --group", command: "consume")
    }
    if arguments[maxRecords] == 0 { return .success }
    if let name = arguments[group] { return try await run(asMemberOf: name, arguments) }
    let config = try config(arguments)
    let topic = arguments.positionals[0]
    let start: StartPosition =
      arguments[offset].map { .offset($0) } ?? (arguments[fromBeginning] ? .earliest : .latest)
    let settings = output(arguments)
    let client = try ClientLoop()
    defer { client.stop() }
    let partitions = try await partitions(of: topic, arguments, on: client)
    if let wanted = arguments[offset], let one = partitions.first {
      try await refuseOutOfRange(wanted, of: one, arguments, on: client)
    }
    return try await untilAsked(on: client) { loop, running, finish in
      let session = ConsumeSession.run(
        on: loop, config: config, partitions: partitions, start: start, settings, finish)
      running.stop = { session.stop() }
    }
  }

  static func config(_ arguments: Arguments) throws -> ConsumerConfig {
    do {
      var config = try ConsumerConfig(
        // Where retention is faster than the reader, it continues at the first record that is left.
        properties: ClientOptions.properties(arguments, over: ["auto.offset.reset": "earliest"]),
        bootstrapServers: ClientOptions.addresses(arguments))
      // Above the end there is nothing to continue at: from the start all would come again.
      config.failsAboveLogEnd = true
      return config
    } catch {
      throw UsageError(message: "--property: \(error)", command: "consume")
    }
  }

  /// Runs a session until it ends, or until SIGINT, SIGTERM or SIGHUP asks for its end.
  private static func untilAsked(
    on client: ClientLoop,
    _ start:
      @escaping @Sendable (ClientLoop.Loop, RunningSession, @escaping ClientLoop.Finish<Void>) ->
      Void
  ) async throws -> ExitCode {
    let request = EndRequest()
    let running = RunningSession()
    let watcher = Task {
      await request.wait()
      // The session has ended by itself.
      if Task.isCancelled { return false }
      // A second Ctrl-C ends the process at once, whatever it waits for.
      _ = signal(SIGINT, SIG_DFL)
      try await client.call { _, done in
        running.stop()
        done(.success(()))
      }
      return true
    }
    do {
      try await client.call { loop, finish in start(loop, running, finish) }
    } catch {
      watcher.cancel()
      throw error
    }
    watcher.cancel()
    return try await watcher.value ? .interrupted : .success
  }

  private static func refuseOutOfRange(
    _ offset: Int64, of partition: TopicPartition, _ arguments: Arguments, on client: ClientLoop
  ) async throws {
    let config = ClientOptions.adminConfig(arguments)
    func ask(_ query: OffsetQuery) async throws -> Int64 {
      let found: [TopicPartition: Result<ListedOffset, ClientError>] = try await client.call {
        loop, finish in
        let admin = Admin(transport: loop, config: config)
        admin.listOffsets([partition: query]) { result in
          admin.close()
          finish(result.mapError { $0 })
        }
      }
      guard let answer = found[partition] else {
        throw CommandFailure("\(partition): the cluster did not say which offsets it has")
      }
      return try answer.get().offset
    }
    let start = try await ask(.earliest)
    let end = try await ask(.latest)
    guard offset < start || offset > end else { return }
    throw CommandFailure(
      "--offset \(offset) is out of range: \(partition) "
        + (start == end
          ? "is empty, and its next record gets offset \(end)"
          : "has offsets \(start) to \(end - 1), and its next record gets \(end)"))
  }

  private static func output(_ arguments: Arguments) -> RecordOutput.Settings {
    let format = RecordFormat(
      key: arguments[printKey], timestamp: arguments[printTimestamp],
      headers: arguments[printHeaders], offset: arguments[printOffset],
      separator: Array(arguments[separator].utf8))
    return RecordOutput.Settings(
      format: format, maxRecords: arguments[maxRecords], timeoutMs: arguments[timeout])
  }

  private static func run(
    asMemberOf group: String, _ arguments: Arguments
  ) async throws -> ExitCode {
    var own = [
      "group.id": group,
      "auto.offset.reset": arguments[fromBeginning] ? "earliest" : "latest",
    ]
    if let names = arguments[assignor] { own["partition.assignment.strategy"] = names }
    let config: GroupConsumerConfig
    do {
      config = try GroupConsumerConfig(
        properties: ClientOptions.properties(arguments, over: own),
        bootstrapServers: ClientOptions.addresses(arguments))
    } catch {
      throw UsageError(message: "--group, --assignor, --property: \(error)", command: "consume")
    }
    let settings = GroupConsumeSession.Settings(
      output: output(arguments), showsPartitions: arguments[printAssignment])
    let topic = arguments.positionals[0]
    let client = try ClientLoop()
    defer { client.stop() }
    if try await isMissing(topic, arguments, on: client) {
      Console.complain("weir: there is no topic \(topic) yet; it is read as soon as there is")
    }
    // A member that is asked to end leaves its group, so that the others need not wait for it.
    return try await untilAsked(on: client) { loop, running, finish in
      let session = GroupConsumeSession.run(
        on: loop, config: config, topic: topic, settings, finish)
      running.stop = { session.stop() }
    }
  }

  private static func describe(
    _ topic: String, _ arguments: Arguments, on client: ClientLoop
  ) async throws -> Result<TopicDescription, ClientError> {
    let config = ClientOptions.adminConfig(arguments)
    let outcomes: [AdminOutcome<TopicDescription>] = try await client.call { loop, finish in
      let admin = Admin(transport: loop, config: config)
      admin.describeTopics([topic]) { result in
        admin.close()
        finish(result.mapError { $0 })
      }
    }
    guard let outcome = outcomes.first else { throw CommandFailure("\(topic): no such topic") }
    return outcome.result
  }

  /// A group may wait for its topic; whoever starts it should know that it does.
  private static func isMissing(
    _ topic: String, _ arguments: Arguments, on client: ClientLoop
  ) async throws -> Bool {
    switch try await describe(topic, arguments, on: client) {
    case .success: return false
    case .failure(let error) where error.code == .unknownTopicOrPartition: return true
    case .failure(let error): throw CommandFailure("\(topic): \(error)")
    }
  }

  /// What is read: one partition, or all the topic has.
  private static func partitions(
    of topic: String, _ arguments: Arguments, on client: ClientLoop
  ) async throws -> [TopicPartition] {
    let known: [Int32]
    do {
      known = try await describe(topic, arguments, on: client).get().partitions.map(\.partition)
        .sorted()
    } catch let error as ClientError {
      throw CommandFailure("\(topic): \(error)")
    }
    guard let one = arguments[partition] else {
      return known.map { TopicPartition(topic: topic, partition: $0) }
    }
    guard known.contains(one) else {
      throw CommandFailure("\(topic) has no partition \(one); it has \(known.count), from 0")
    }
    return [TopicPartition(topic: topic, partition: one)]
  }
}

/// The session of a loop's thread, touched there alone, which is why it is safe to share.
private final class RunningSession: @unchecked Sendable {
  var stop: () -> Void = {}
}

/// How a record is printed: the fields asked for, then the value, on one line.
struct RecordFormat: Sendable {
  var key: Bool
  var timestamp: Bool
  var headers: Bool
  var offset: Bool
  var separator: [UInt8]
}
