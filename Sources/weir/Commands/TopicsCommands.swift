import Foundation
import KafkaClient

/// `weir topics …`: topics of any Kafka cluster.
enum TopicsCommands {
  static let all = [create, list, describe, delete]

  static let partitions = Option<Int32>(
    "partitions", "N", "how many partitions each topic gets", default: 1,
    parse: Values.integer(1...100_000))
  static let replicationFactor = Option<Int16?>.optional(
    "replication-factor", "N", "how many brokers hold each partition; the broker's default",
    parse: Values.integer(1...Int16.max))
  static let config = Option<[Property]>.repeated(
    "config", "KEY=VALUE", "a setting of the topic, by Kafka's name", parse: Values.property)
  static let json = Option<Bool>.flag("json", "prints JSON")
  static let showInternal = Option<Bool>.flag("internal", "lists internal topics too")

  static let create = Command(
    path: ["topics", "create"],
    summary: "makes topics",
    positionals: [Positional(name: "TOPIC", doc: "the topic's name", isRepeated: true)],
    options: [
      ClientOptions.bootstrap.declaration, partitions.declaration, replicationFactor.declaration,
      config.declaration, ClientOptions.timeout.declaration,
    ],
    examples: [
      "weir topics create my-topic --partitions 13",
      "weir topics create events --partitions 3 --config retention.bytes=1073741824",
    ],
    run: { arguments in
      let count = arguments[partitions]
      let configs = Dictionary(
        arguments[config].map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
      let topics = arguments.positionals.map {
        NewTopic(
          name: $0, partitions: count, replicationFactor: arguments[replicationFactor] ?? -1,
          configs: configs)
      }
      let outcomes = try await AdminCall.run(arguments) { admin, done in
        admin.createTopics(topics, completion: done)
      }
      let noun = count == 1 ? "partition" : "partitions"
      return AdminCall.report(outcomes) { name, _ in "created \(name) with \(count) \(noun)" }
    })

  static let list = Command(
    path: ["topics", "list"],
    summary: "lists the topics of a cluster",
    options: [
      ClientOptions.bootstrap.declaration, showInternal.declaration, json.declaration,
      ClientOptions.timeout.declaration,
    ],
    examples: ["weir topics list", "weir topics list --bootstrap broker1:9092 --json"],
    run: { arguments in
      let topics = try await AdminCall.run(arguments) { admin, done in
        admin.listTopics(completion: done)
      }
      .filter { arguments[showInternal] || !$0.isInternal }
      .sorted { $0.name < $1.name }
      if arguments[json] {
        Console.print(try JSONText.of(topics.map { TopicOutput($0) }))
      } else {
        for topic in topics { Console.print(topic.name) }
      }
      return .success
    })

  static let describe = Command(
    path: ["topics", "describe"],
    summary: "shows the partitions, offsets and settings of topics",
    positionals: [Positional(name: "TOPIC", doc: "the topic's name", isRepeated: true)],
    options: [
      ClientOptions.bootstrap.declaration, json.declaration, ClientOptions.timeout.declaration,
    ],
    examples: ["weir topics describe my-topic", "weir topics describe my-topic --json"],
    run: { arguments in
      let outcomes = try await AdminCall.run(arguments) { admin, done in
        admin.describeTopics(arguments.positionals, completion: done)
      }
      return try await AdminCall.show(
        outcomes, asJSON: arguments[json], { try await details(of: $0, arguments) }, text: \.text)
    })

  static let delete = Command(
    path: ["topics", "delete"],
    summary: "deletes topics with all their records",
    positionals: [Positional(name: "TOPIC", doc: "the topic's name", isRepeated: true)],
    options: [ClientOptions.bootstrap.declaration, ClientOptions.timeout.declaration],
    examples: ["weir topics delete my-topic"],
    run: { arguments in
      let outcomes = try await AdminCall.run(arguments) { admin, done in
        admin.deleteTopics(arguments.positionals, completion: done)
      }
      return AdminCall.report(outcomes) { name, _ in "deleted \(name)" }
    })

  /// Adds offsets and the settings made for the topic itself.
  private static func details(
    of topic: TopicDescription, _ arguments: Arguments
  ) async throws -> TopicOutput {
    let names = topic.partitions.map {
      TopicPartition(topic: topic.name, partition: $0.partition)
    }
    func offsets(_ query: OffsetQuery) async throws -> [Int32: Int64] {
      let found = try await AdminCall.run(arguments) { admin, done in
        admin.listOffsets(
          Dictionary(uniqueKeysWithValues: names.map { ($0, query) }), completion: done)
      }
      return Dictionary(
        uniqueKeysWithValues: found.compactMap { partition, result in
          (try? result.get()).map { (partition.partition, $0.offset) }
        })
    }
    let earliest = try await offsets(.earliest)
    let latest = try await offsets(.latest)
    var output = TopicOutput(topic)
    var configs: [AdminOutcome<[ConfigEntry]>] = []
    do {
      configs = try await AdminCall.run(arguments) { admin, done in
        admin.describeConfigs([.topic(topic.name)], completion: done)
      }
    } catch ClientError.unsupportedByBroker {
      Console.complain(
        "weir: \(topic.name): its settings are not known: the broker does not serve "
          + "DescribeConfigs")
    }
    for index in output.partitions.indices {
      output.partitions[index].earliestOffset = earliest[output.partitions[index].partition]
      output.partitions[index].latestOffset = latest[output.partitions[index].partition]
    }
    let entries = configs.flatMap { (try? $0.result.get()) ?? [] }
    for entry in entries where entry.isExplicit {
      output.configs[entry.name] = entry.value ?? ""
    }
    let policies = entries.first { $0.name == "cleanup.policy" }?.value?.split(separator: ",")
    if policies?.contains("compact") == true, try await isWeir(topic, arguments) {
      output.notes = ["cleanup.policy=compact has no effect yet: this broker compacts no topic"]
    }
    return output
  }

  /// Whether the topic's leader has settings that only Weir's broker has.
  private static func isWeir(_ topic: TopicDescription, _ arguments: Arguments) async throws -> Bool
  {
    guard let leader = topic.partitions.first(where: { $0.leader >= 0 })?.leader else {
      return false
    }
    let settings = try await AdminCall.run(arguments) { admin, done in
      admin.describeConfigs([.broker(leader)], completion: done)
    }
    return settings.flatMap { (try? $0.result.get()) ?? [] }.contains {
      $0.name.hasPrefix("weir.")
    }
  }
}

/// A topic as `--json` writes it.
struct TopicOutput: Encodable {
  struct Partition: Encodable {
    var partition: Int32
    var leader: Int32
    var replicas: [Int32]
    var inSyncReplicas: [Int32]
    var earliestOffset: Int64?
    var latestOffset: Int64?
  }

  var name: String
  var partitions: [Partition]
  /// The settings made for this topic; what it inherits is not listed.
  var configs: [String: String] = [:]
  /// What a reader of the settings must know; absent where there is nothing to say.
  var notes: [String]?

  init(_ topic: TopicDescription) {
    name = topic.name
    partitions = topic.partitions.sorted { $0.partition < $1.partition }.map {
      Partition(
        partition: $0.partition, leader: $0.leader, replicas: $0.replicas,
        inSyncReplicas: $0.inSyncReplicas)
    }
  }

  /// The same for a reader: a head line, then one line a partition.
  var text: String {
    let factor = partitions.first?.replicas.count ?? 0
    var lines = ["\(name): partitions \(partitions.count), replication factor \(factor)"]
    if !configs.isEmpty {
      let settings = configs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      lines.append("  settings: \(settings.joined(separator: ", "))")
    }
    for note in notes ?? [] { lines.append("  note: \(note)") }
    for partition in partitions {
      let leader = partition.leader < 0 ? "none" : "\(partition.leader)"
      let offsets = "\(written(partition.earliestOffset)) to \(written(partition.latestOffset))"
      lines.append(
        "  partition \(partition.partition): leader \(leader), replicas \(partition.replicas), "
          + "in sync \(partition.inSyncReplicas), offsets \(offsets)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func written(_ offset: Int64?) -> String { offset.map { "\($0)" } ?? "unknown" }
}

enum JSONText {
  /// Indented, keys sorted, so that two outputs can be compared line by line.
  static func of(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
