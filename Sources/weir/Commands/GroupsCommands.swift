import KafkaClient

/// `weir groups …`: consumer groups of any Kafka cluster.
enum GroupsCommands {
  static let all = [list, describe, delete, resetOffsets]

  static let state = Option<[String]>.repeated(
    "state", "STATE", "only groups in this state: Stable, Empty, …",
    parse: Values.choice([
      "Stable", "Empty", "PreparingRebalance", "CompletingRebalance", "Dead", "Assigning",
      "Reconciling", "NotReady",
    ]))
  static let json = Option<Bool>.flag("json", "prints JSON")
  static let group = Positional(name: "GROUP", doc: "the group's id", isRepeated: true)

  static let list = Command(
    path: ["groups", "list"],
    summary: "lists the consumer groups of a cluster",
    options: [
      state.declaration, json.declaration, ClientOptions.bootstrap.declaration,
      ClientOptions.timeout.declaration,
    ],
    examples: ["weir groups list", "weir groups list --state Empty --json"],
    run: { arguments in
      let states = arguments[state]
      let groups = try await AdminCall.run(arguments) { admin, done in
        admin.listGroups(states: states, completion: done)
      }
      if arguments[json] {
        Console.print(try JSONText.of(groups.map(ListedGroupOutput.init)))
      } else {
        if groups.isEmpty { Console.complain("no groups") }
        for group in groups {
          let about = [group.state, group.protocolType].filter { !$0.isEmpty }
          Console.print("\(group.groupId): \(about.joined(separator: ", "))")
        }
      }
      return .success
    })

  static let describe = Command(
    path: ["groups", "describe"],
    summary: "shows the members, assignments, offsets and lag of groups",
    positionals: [group],
    options: [
      json.declaration, ClientOptions.bootstrap.declaration, ClientOptions.timeout.declaration,
    ],
    examples: ["weir groups describe orders", "weir groups describe orders --json"],
    run: { arguments in
      let outcomes = try await AdminCall.run(arguments) { admin, done in
        admin.describeGroups(arguments.positionals, completion: done)
      }
      return try await AdminCall.show(
        outcomes, asJSON: arguments[json], { try await details(of: $0, arguments) }, text: \.text)
    })

  static let delete = Command(
    path: ["groups", "delete"],
    summary: "deletes groups without members, with their offsets",
    positionals: [group],
    options: [ClientOptions.bootstrap.declaration, ClientOptions.timeout.declaration],
    examples: ["weir groups delete orders"],
    run: { arguments in
      let outcomes = try await AdminCall.run(arguments) { admin, done in
        admin.deleteGroups(arguments.positionals, completion: done)
      }
      return AdminCall.report(outcomes) { name, _ in "deleted \(name)" }
    })

  private static func details(
    of group: GroupDescription, _ arguments: Arguments
  ) async throws -> GroupOutput {
    if group.state == "Dead", group.members.isEmpty {
      throw CommandFailure("\(group.groupId): there is no such group")
    }
    if !group.tellsMembers {
      Console.complain(
        "weir: \(group.groupId): a group of the new protocol (KIP-848), whose members weir does "
          + "not describe")
    }
    let committed = try await committedOffsets(of: group.groupId, arguments)
    let names = Set(committed.keys).union(group.members.flatMap(\.assignment))
    let ends = try await offsets(.latest, of: Array(names), arguments)
    return GroupOutput(
      group, committed: committed, ends: ends.compactMapValues { try? $0.get() })
  }

  static func committedOffsets(
    of group: String, _ arguments: Arguments
  ) async throws -> [TopicPartition: Int64] {
    try await AdminCall.run(arguments) { admin, done in
      admin.listConsumerGroupOffsets(group, completion: done)
    }
    .mapValues(\.offset)
  }

  static func offsets(
    _ query: OffsetQuery, of names: [TopicPartition], _ arguments: Arguments
  ) async throws -> [TopicPartition: Result<Int64, ClientError>] {
    if names.isEmpty { return [:] }
    let queries = Dictionary(names.map { ($0, query) }, uniquingKeysWith: { $1 })
    return try await AdminCall.run(arguments) { admin, done in
      admin.listOffsets(queries, completion: done)
    }
    .mapValues { $0.map(\.offset) }
  }
}

/// A group as `groups list --json` writes it.
struct ListedGroupOutput: Encodable {
  var group: String
  var state: String
  var protocolType: String
  var type: String

  init(_ group: ListedGroup) {
    self.group = group.groupId
    state = group.state
    protocolType = group.protocolType
    type = group.type
  }
}
