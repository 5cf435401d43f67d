import EventLoop
import KafkaClient

extension GroupsCommands {
  static let topic = Option<[TopicSelection]>.repeated(
    "topic", "TOPIC[:N,…]", "a topic whose offsets are set, or some of its partitions",
    parse: TopicSelection.parser)
  static let allTopics = Option<Bool>.flag(
    "all-topics", "sets the offsets of all partitions that the group has committed")
  static let toEarliest = Option<Bool>.flag("to-earliest", "sets them to the start of the log")
  static let toLatest = Option<Bool>.flag("to-latest", "sets them to the end of the log")
  static let toOffset = Option<Int64?>.optional(
    "to-offset", "N", "sets them to this offset", parse: Values.integer(0...Int64.max))
  static let toDateTime = Option<Int64?>.optional(
    "to-datetime", "TIME", "sets them to the first record at or after a time, in UTC",
    parse: OffsetReset.dateTime)
  static let byDuration = Option<Int64?>.optional(
    "by-duration", "DURATION", "sets them to the first record since so long ago",
    parse: OffsetReset.duration)
  static let shiftBy = Option<Int64?>.optional(
    "shift-by", "N", "moves them so far on, or back where N is negative",
    parse: Values.integer(Int64.min...Int64.max))
  static let dryRun = Option<Bool>.flag(
    "dry-run", "shows what would be set, and sets nothing; so it is without --execute")
  static let execute = Option<Bool>.flag("execute", "sets the offsets")

  static let resetOffsets = Command(
    path: ["groups", "reset-offsets"],
    summary: "sets the committed offsets of a group without members",
    discussion: """
      Shows the old and new offset of each partition; only --execute sets them. New offsets beyond \
      the log are moved to its nearest end.
      """,
    positionals: [Positional(name: "GROUP", doc: "the group's id")],
    options: [
      topic.declaration, allTopics.declaration, toEarliest.declaration, toLatest.declaration,
      toOffset.declaration, toDateTime.declaration, byDuration.declaration, shiftBy.declaration,
      dryRun.declaration, execute.declaration, json.declaration,
      ClientOptions.bootstrap.declaration, ClientOptions.timeout.declaration,
    ],
    examples: [
      "weir groups reset-offsets orders --topic events --to-earliest",
      "weir groups reset-offsets orders --topic events:0,3 --shift-by=-100 --execute",
      "weir groups reset-offsets orders --all-topics --to-datetime 2026-11-24T08:30:00 --execute",
    ],
    run: { arguments in try await reset(arguments) })

  private static func reset(_ arguments: Arguments) async throws -> ExitCode {
    let reset = try target(arguments)
    let selections = arguments[topic]
    guard selections.isEmpty == arguments[allTopics] else {
      throw usage("needs --topic TOPIC or --all-topics")
    }
    if arguments[dryRun], arguments[execute] {
      throw usage("takes --dry-run or --execute, not both")
    }
    let group = arguments.positionals[0]
    try await requireNoMembers(group, arguments)
    let committed = try await committedOffsets(of: group, arguments)
    let names =
      selections.isEmpty
      ? Array(committed.keys) : try await partitions(of: selections, arguments)
    if names.isEmpty { throw CommandFailure("\(group): there is no committed offset to set") }
    var (outputs, failed) = try await newOffsets(
      names.sorted(by: GroupOutput.isOrdered), reset, committed: committed, arguments)
    let isExecuted = arguments[execute] && !failed
    if isExecuted {
      let accepted = try await commit(outputs, to: group, arguments)
      failed = accepted.count < outputs.count
      outputs = accepted
    }
    if arguments[json] {
      Console.print(try JSONText.of(outputs))
    } else {
      for output in outputs { Console.print(output.text) }
      if !isExecuted || outputs.isEmpty {
        Console.print(
          "nothing was set" + (failed ? ", because of the errors above" : "; --execute sets them"))
      }
    }
    return failed ? .failure : .success
  }

  private static func usage(_ text: String) -> UsageError {
    UsageError(message: "groups reset-offsets \(text)", command: "groups reset-offsets")
  }

  /// The one target that was given.
  private static func target(_ arguments: Arguments) throws -> OffsetReset {
    var given: [OffsetReset] = []
    if arguments[toEarliest] { given.append(.earliest) }
    if arguments[toLatest] { given.append(.latest) }
    if let offset = arguments[toOffset] { given.append(.offset(offset)) }
    if let time = arguments[toDateTime] { given.append(.time(time)) }
    if let duration = arguments[byDuration] {
      given.append(.time(max(0, EventLoop.wallClockMsNow() - duration)))
    }
    if let count = arguments[shiftBy] { given.append(.shift(count)) }
    guard given.count == 1 else {
      throw usage(
        "needs one of: --to-earliest, --to-latest, --to-offset, --to-datetime, --by-duration, "
          + "--shift-by")
    }
    return given[0]
  }

  /// Offsets of a group with members are theirs to commit.
  private static func requireNoMembers(_ group: String, _ arguments: Arguments) async throws {
    let outcomes = try await AdminCall.run(arguments) { admin, done in
      admin.describeGroups([group], completion: done)
    }
    guard case .success(let description) = outcomes.first?.result else { return }
    guard description.tellsMembers || description.state == "Empty" else {
      throw CommandFailure(
        "\(group): the group is \(description.state); its offsets can be set when it is Empty")
    }
    guard description.members.isEmpty else {
      throw CommandFailure(
        "\(group): the group has \(description.members.count) members (\(description.state)); "
          + "its offsets can be set when they are gone")
    }
  }

  private static func partitions(
    of selections: [TopicSelection], _ arguments: Arguments
  ) async throws -> [TopicPartition] {
    let topics = selections.map(\.topic).uniqued()
    let outcomes = try await AdminCall.run(arguments) { admin, done in
      admin.describeTopics(topics, completion: done)
    }
    var names: Set<TopicPartition> = []
    for outcome in outcomes {
      let found: TopicDescription
      do { found = try outcome.result.get() } catch {
        throw CommandFailure("\(outcome.name): \(error)")
      }
      let all = Set(found.partitions.map(\.partition))
      for selection in selections where selection.topic == outcome.name {
        let wanted = selection.partitions.map { Set($0) } ?? all
        if let missing = wanted.subtracting(all).min() {
          throw CommandFailure("\(outcome.name) has no partition \(missing)")
        }
        for number in wanted {
          names.insert(TopicPartition(topic: outcome.name, partition: number))
        }
      }
    }
    return Array(names)
  }

  private static func newOffsets(
    _ names: [TopicPartition], _ reset: OffsetReset, committed: [TopicPartition: Int64],
    _ arguments: Arguments
  ) async throws -> (outputs: [ResetOutput], failed: Bool) {
    let earliest = try await offsets(.earliest, of: names, arguments)
    let latest = try await offsets(.latest, of: names, arguments)
    var found: [TopicPartition: Result<Int64, ClientError>] = [:]
    if let query = reset.query { found = try await offsets(query, of: names, arguments) }
    var outputs: [ResetOutput] = []
    var failed = false
    for name in names {
      do {
        let target = try reset.target(
          earliest: try earliest[name]?.get() ?? 0, latest: try latest[name]?.get() ?? 0,
          committed: committed[name], found: try found[name]?.get() ?? -1)
        outputs.append(
          ResetOutput(
            topic: name.topic, partition: name.partition, committedOffset: committed[name],
            newOffset: target))
      } catch {
        Console.complain("weir: \(name): \(error)")
        failed = true
      }
    }
    return (outputs, failed)
  }

  /// - Returns: Those that the group took; the others are named.
  private static func commit(
    _ outputs: [ResetOutput], to group: String, _ arguments: Arguments
  ) async throws -> [ResetOutput] {
    let offsets = Dictionary(
      outputs.map {
        (
          TopicPartition(topic: $0.topic, partition: $0.partition),
          OffsetAndMetadata(offset: $0.newOffset)
        )
      }, uniquingKeysWith: { $1 })
    let results = try await AdminCall.run(arguments) { admin, done in
      admin.alterConsumerGroupOffsets(group, offsets, completion: done)
    }
    return outputs.filter { output in
      let name = TopicPartition(topic: output.topic, partition: output.partition)
      switch results[name] ?? .failure(.malformedResponse("no result")) {
      case .success: return true
      case .failure(let error):
        Console.complain("weir: \(name): \(error)")
        return false
      }
    }
  }
}
