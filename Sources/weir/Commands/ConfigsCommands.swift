import KafkaClient

/// `weir configs …`: settings of topics and brokers of any Kafka cluster.
enum ConfigsCommands {
  static let all = [describe, alter]

  static let topic = Option<[String]>.repeated(
    "topic", "TOPIC", "a topic whose settings are meant", parse: Values.filledText)
  static let broker = Option<[Int32]>.repeated(
    "broker", "ID", "a broker whose settings are meant, by its node id",
    parse: Values.integer(0...Int32.max))
  static let everything = Option<Bool>.flag("all", "shows defaults too")
  static let json = Option<Bool>.flag("json", "prints JSON")
  static let set = Option<[Property]>.repeated(
    "set", "KEY=VALUE", "gives a setting a value", parse: Values.property)
  static let delete = Option<[String]>.repeated(
    "delete", "KEY", "takes a setting's own value away, so that the inherited one holds",
    parse: Values.filledText)
  static let validateOnly = Option<Bool>.flag(
    "validate-only", "asks whether the change would be accepted, and changes nothing")

  static let describe = Command(
    path: ["configs", "describe"],
    summary: "shows the settings of topics and brokers, and where each comes from",
    discussion: """
      Behind each value stands its source: topic or broker (set for it alone), cluster (set for \
      all brokers), file (what the broker was started with) or default. Defaults are shown with \
      --all alone.
      """,
    options: [
      topic.declaration, broker.declaration, everything.declaration, json.declaration,
      ClientOptions.bootstrap.declaration, ClientOptions.timeout.declaration,
    ],
    examples: [
      "weir configs describe --topic events", "weir configs describe --broker 1 --all --json",
    ],
    run: { arguments in
      var outputs: [ConfigsOutput] = []
      var failed = false
      for resource in try await resources(arguments, of: "configs describe") {
        let outcomes = try await AdminCall.run(arguments) { admin, done in
          admin.describeConfigs([resource], completion: done)
        }
        failed = AdminCall.complain(outcomes) || failed
        for case .success(let entries) in outcomes.map(\.result) {
          outputs.append(ConfigsOutput(resource, entries, showsDefaults: arguments[everything]))
        }
      }
      if arguments[json] {
        Console.print(try JSONText.of(outputs))
      } else {
        for output in outputs { Console.print(output.text, terminator: "") }
      }
      return failed ? .failure : .success
    })

  static let alter = Command(
    path: ["configs", "alter"],
    summary: "changes settings of topics and brokers",
    discussion: "Settings that are not named stay as they are.",
    options: [
      topic.declaration, broker.declaration, set.declaration, delete.declaration,
      validateOnly.declaration, ClientOptions.bootstrap.declaration,
      ClientOptions.timeout.declaration,
    ],
    examples: [
      "weir configs alter --topic events --set retention.ms=3600000 --delete retention.bytes"
    ],
    run: { arguments in
      let changes = try changes(arguments)
      let resources = try await resources(arguments, of: "configs alter")
      let isTrial = arguments[validateOnly]
      var failed = false
      for resource in resources {
        let outcomes = try await AdminCall.run(arguments) { admin, done in
          admin.alterConfigs([resource: changes], validateOnly: isTrial, completion: done)
        }
        let code = AdminCall.report(outcomes) { _, _ in
          "\(isTrial ? "would change" : "changed") \(title(resource)): "
            + changes.sorted { $0.key < $1.key }.map(written).joined(separator: ", ")
        }
        failed = failed || code != .success
      }
      return failed ? .failure : .success
    })

  static func title(_ resource: ConfigResource) -> String {
    switch resource {
    case .topic(let name): "topic \(name)"
    case .broker(let id): "broker \(id)"
    }
  }

  private static func resources(
    _ arguments: Arguments, of command: String
  ) async throws -> [ConfigResource] {
    let resources =
      arguments[topic].uniqued().map(ConfigResource.topic)
      + arguments[broker].uniqued().map(ConfigResource.broker)
    guard !resources.isEmpty else {
      throw UsageError(message: "\(command) needs --topic TOPIC or --broker ID", command: command)
    }
    if !arguments[broker].isEmpty { try await requireBrokers(arguments) }
    return resources
  }

  /// A broker's settings are asked for at the broker: one that is not there would be waited for.
  private static func requireBrokers(_ arguments: Arguments) async throws {
    let cluster: ClusterDescription
    do {
      cluster = try await AdminCall.run(arguments) { admin, done in
        admin.describeCluster(completion: done)
      }
    } catch ClientError.unsupportedByBroker {
      // Before Kafka 2.8 there is no such call: then it is waited for.
      return
    }
    let known = cluster.nodes.map(\.id).sorted()
    guard let missing = arguments[broker].first(where: { !known.contains($0) }) else { return }
    let list = known.map { "\($0)" }.joined(separator: ", ")
    throw CommandFailure("the cluster has no broker \(missing) (it has \(list))")
  }

  private static func changes(_ arguments: Arguments) throws -> [String: ConfigChange] {
    var changes: [String: ConfigChange] = [:]
    let sets = arguments[set].map { ($0.key, ConfigChange.set($0.value)) }
    let deletions = arguments[delete].map { ($0, ConfigChange.delete) }
    for (key, change) in sets + deletions {
      guard changes.updateValue(change, forKey: key) == nil else {
        throw UsageError(message: "\(key) is named twice", command: "configs alter")
      }
    }
    guard !changes.isEmpty else {
      throw UsageError(
        message: "configs alter needs --set KEY=VALUE or --delete KEY", command: "configs alter")
    }
    return changes
  }

  private static func written(_ key: String, _ change: ConfigChange) -> String {
    if case .set(let value) = change { "\(key)=\(value)" } else { "\(key) deleted" }
  }
}

/// The settings of a topic or a broker as `--json` writes them.
struct ConfigsOutput: Encodable {
  struct Entry: Encodable {
    var name: String
    /// Nil: not told, as of passwords, or not set.
    var value: String?
    var source: String
    var isDefault: Bool
    var isReadOnly: Bool
    var isSensitive: Bool
  }

  /// `topic` or `broker`.
  var type: String
  var name: String
  var entries: [Entry]

  init(_ resource: ConfigResource, _ entries: [ConfigEntry], showsDefaults: Bool) {
    if case .topic = resource { type = "topic" } else { type = "broker" }
    name = resource.name
    self.entries = entries.filter { showsDefaults || $0.source != .default }
      .sorted { $0.name < $1.name }
      .map {
        Entry(
          name: $0.name, value: $0.value, source: "\($0.source)",
          isDefault: $0.source == .default, isReadOnly: $0.isReadOnly,
          isSensitive: $0.isSensitive)
      }
  }

  /// The same for a reader: a head line, then one line a setting.
  var text: String {
    let lines = entries.map { entry in
      let value = entry.isSensitive ? "(hidden)" : entry.value ?? "(not set)"
      return "  \(entry.name)=\(value) (\(entry.source)\(entry.isReadOnly ? ", read-only" : ""))"
    }
    let none = entries.isEmpty ? ["  nothing but defaults; --all shows them"] : []
    return (["\(type) \(name):"] + lines + none).joined(separator: "\n") + "\n"
  }
}
