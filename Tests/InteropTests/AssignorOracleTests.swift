import Foundation
import KafkaClient
import Testing

extension Interop {
  /// Our assignors beside those of other clients, on the same groups.
  @Suite("assignors of other clients")
  struct AssignorOracleTests {
    typealias Assignment = [String: [String]]

    static let hasJavaCompiler = Tools.hasKafka && Tools.isOnPath("javac")

    @Test(
      "Java's range and roundrobin assign the same",
      .enabled(if: hasJavaCompiler, "no Kafka, or no Java compiler for the oracle"))
    func javaEquality() throws {
      let groups = (0..<60).map { OracleGroup(seed: $0, hasStaticMembers: true) }
      for name in ["range", "roundrobin"] {
        let theirs = try java(groups.map { $0.lines(name) })
        for (index, group) in groups.enumerated() {
          #expect(theirs[index] == group.ours(name), "\(name), group \(index)")
        }
      }
    }

    @Test(
      "Java's sticky assignors read what our members say, move as few, and balance no better",
      .enabled(if: hasJavaCompiler, "no Kafka, or no Java compiler for the oracle"))
    func javaStickiness() throws {
      for name in ["sticky", "cooperative-sticky"] {
        var groups = (0..<60).map { OracleGroup(seed: $0, isEqual: $0 % 2 == 0) }
        for index in groups.indices { groups[index].take(groups[index].ours(name)) }
        let unchanged = try java(groups.map { $0.lines(name) })
        for index in groups.indices where index % 2 == 0 {
          #expect(unchanged[index] == groups[index].held, "\(name) leaves group \(index)")
          groups[index].removeMember()
        }
        let theirs = try java(groups.map { $0.lines(name) })
        for (index, group) in groups.enumerated() {
          let own = group.ours(name)
          if index % 2 == 0 {
            #expect(group.moves(own) == group.moves(theirs[index]), "\(name), group \(index)")
          }
          #expect(roughness(own) <= roughness(theirs[index]), "\(name), group \(index)")
        }
      }
    }

    @Test(
      "Java writes the same bytes: subscriptions, assignments, user data",
      .enabled(if: hasJavaCompiler, "no Kafka, or no Java compiler for the oracle"))
    func javaBytes() throws {
      var commands: [String] = []
      var expected: [String] = []
      for seed in 0..<20 {
        var group = OracleGroup(seed: seed)
        group.take(group.ours("range"))
        for name in ["sticky", "cooperative-sticky"] {
          for member in group.subscriptions(name) {
            let bytes = Data(ConsumerProtocol.encode(member.subscription)).base64EncodedString()
            let held = group.partitions(of: member.memberId)
            let assignment = ConsumerProtocol.encode(ConsumerAssignment(partitions: held))
            let text = Data(assignment).base64EncodedString()
            commands += [
              "bytes \(bytes)", "assignment \(text)",
              "held \(name) 4 " + held.map(\.description).joined(separator: " "),
            ]
            let userData = Assignors.named(name)?.subscriptionUserData(
              previousAssignment: held, generation: 4)
            expected += [bytes, text, Data(userData ?? []).base64EncodedString()]
          }
        }
      }
      #expect(try java(commands: commands) == expected)
    }

    @Test(
      "kafka-python's range and roundrobin assign the same",
      .enabled(if: Tools.hasKafkaPython, "no kafka-python; scripts/setup --tests installs it"))
    func kafkaPython() throws { try equality(module: "kafka") }

    @Test(
      "aiokafka's range and roundrobin assign the same",
      .enabled(if: Tools.hasAiokafka, "no aiokafka; scripts/setup --tests installs it"))
    func aiokafka() throws { try equality(module: "aiokafka") }

    private func equality(module: String) throws {
      for name in ["range", "roundrobin"] {
        // kafka-python 3.0 cannot deal out in turn where subscriptions differ: it fails.
        let isEqual = module == "kafka" && name == "roundrobin"
        let groups = (0..<60).map { OracleGroup(seed: $0, isEqual: isEqual) }
        let script = Tools.scripts.appending(path: "assignor_oracle.py").path
        let input = groups.map { $0.lines(name) }.joined()
        let output = try ChildProcess([Tools.python, script, module], input: input)
          .finish()
        #expect(output.code == 0, "\(output.standardError)")
        let theirs = assignments(output.lines)
        try #require(theirs.count == groups.count)
        for (index, group) in groups.enumerated() {
          #expect(theirs[index] == group.ours(name), "\(name), group \(index)")
        }
      }
    }

    private func java(_ groups: [String]) throws -> [Assignment] {
      let found = assignments(try java(commands: groups.map { String($0.dropLast()) }))
      try #require(found.count == groups.count)
      return found
    }

    private func java(commands: [String]) throws -> [String] {
      guard let libraries = Tools.kafkaLibraries else { throw InteropFailure(Tools.withoutKafka) }
      let logging = Tools.scripts.appending(path: "log4j2.properties").path
      let oracle = Tools.scripts.appending(path: "AssignorOracle.java").path
      let output = try ChildProcess(
        [
          "java", "-Xmx256m", "-XX:+UseSerialGC", "-Dlog4j2.configurationFile=\(logging)", "-cp",
          "\(libraries.path)/*", oracle,
        ], input: commands.joined(separator: "\n") + "\n"
      ).finish()
      guard output.code == 0 else { throw InteropFailure(output.all) }
      return output.lines
    }

    private func assignments(_ lines: [String]) -> [Assignment] {
      lines.split(separator: ".").map { group in
        Dictionary(
          uniqueKeysWithValues: group.map { line in
            let parts = words(line)
            return (parts[0], Array(parts.dropFirst()))
          })
      }
    }

    /// Least where loads are as equal as they can be.
    private func roughness(_ assignment: Assignment) -> Int {
      assignment.values.reduce(0) { $0 + $1.count * $1.count }
    }
  }
}

/// A random group, the same one for the same seed.
struct OracleGroup {
  private(set) var counts: [String: Int32] = [:]
  private(set) var topicsOfMember: [String: [String]] = [:]
  private(set) var instanceIds: [String: String] = [:]
  private(set) var held: [String: [String]] = [:]
  private var random: SeededNumbers

  init(seed: Int, hasStaticMembers: Bool = false, isEqual: Bool = false) {
    random = SeededNumbers(state: UInt64(seed))
    for topic in 0..<Int.random(in: 1...5, using: &random) {
      counts["t\(topic)"] = Int32.random(in: 1...9, using: &random)
    }
    let topics = counts.keys.sorted()
    for number in 0..<Int.random(in: 1...7, using: &random) {
      let some = topics.filter { _ in isEqual || Bool.random(using: &random) }
      topicsOfMember["m\(number)"] = some.isEmpty ? [topics[0]] : some
      if hasStaticMembers, number % 2 == 1 { instanceIds["m\(number)"] = "s\(9 - number)" }
    }
  }

  mutating func take(_ assignment: [String: [String]]) { held = assignment }

  mutating func removeMember() {
    guard topicsOfMember.count > 1, let gone = topicsOfMember.keys.min() else { return }
    topicsOfMember[gone] = nil
    held[gone] = nil
  }

  func partitions(of member: String) -> [TopicPartition] {
    (held[member] ?? []).map { name in
      let parts = name.split(separator: "-")
      return TopicPartition(topic: String(parts[0]), partition: Int32(parts[1]) ?? -1)
    }
  }

  func subscriptions(_ name: String) -> [GroupMemberSubscription] {
    let assignor = Assignors.named(name)
    return topicsOfMember.sorted { $0.key < $1.key }.map { id, topics in
      let previous = held[id] == nil ? nil : partitions(of: id)
      let generation: Int32 = held[id] == nil ? -1 : 3
      return GroupMemberSubscription(
        memberId: id, groupInstanceId: instanceIds[id],
        subscription: ConsumerSubscription(
          topics: topics,
          userData: assignor?.subscriptionUserData(
            previousAssignment: previous, generation: generation),
          ownedPartitions: name == "cooperative-sticky" ? previous ?? [] : [],
          generation: generation))
    }
  }

  /// What the oracles read.
  func lines(_ name: String) -> String {
    let topics = counts.sorted { $0.key < $1.key }.map { "topic \($0.key) \($0.value)\n" }
    let members = subscriptions(name).map { member in
      let bytes = Data(ConsumerProtocol.encode(member.subscription)).base64EncodedString()
      return "member \(member.memberId) \(member.groupInstanceId ?? "-") \(bytes)\n"
    }
    return (topics + members).joined() + "assign \(name)\n"
  }

  func ours(_ name: String) -> [String: [String]] {
    let assignment = Assignors.named(name)?.assign(
      members: subscriptions(name), partitionCounts: counts)
    return (assignment ?? [:]).mapValues { $0.map(\.description) }
  }

  /// How many partitions their holders lose.
  func moves(_ assignment: [String: [String]]) -> Int {
    held.reduce(0) { $0 + Set($1.value).subtracting(assignment[$1.key] ?? []).count }
  }
}

/// Numbers that are the same in every run.
struct SeededNumbers: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value &>> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value &>> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value &>> 31)
  }
}
