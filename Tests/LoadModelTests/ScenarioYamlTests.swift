import Testing

@testable import LoadModel

@Suite("Scenario files")
struct ScenarioYamlTests {
  private func scenario(_ yaml: String) throws(ScenarioError) -> Scenario {
    try Scenario(yaml: Array(yaml.utf8), file: "dir/mine.yaml")
  }

  private func refusal(_ yaml: String) -> String {
    do throws(ScenarioError) {
      _ = try scenario(yaml)
      return "accepted"
    } catch {
      return error.description
    }
  }

  @Test("a file sets what flags set")
  func sameAsFlags() throws {
    let file = try scenario(
      """
      # a comment
      question: "Why?"
      acks: [0, 1, all]
      compression:
        - none
        - zstd:3
      batch-size: 1MiB
      record-size: 100
      records: 2M
      rate: 50000
      keys: zipf:1.2
      topic-config:
        min.insync.replicas: 1
        message.timestamp.type: LogAppendTime
      broker: process
      repetitions: 5
      seed: 7
      """)
    var flags = Scenario()
    for (name, texts) in [
      ("acks", ["0,1,all"]), ("compression", ["none, zstd:3"]), ("batch-size", ["1MiB"]),
      ("record-size", ["100"]), ("records", ["2000000"]), ("rate", ["50k"]),
      ("keys", ["zipf:1.2"]), ("broker", ["process"]), ("repetitions", ["5"]), ("seed", ["7"]),
      (
        "topic-config", ["min.insync.replicas=1", "message.timestamp.type=LogAppendTime"]
      ),
    ] {
      try ScenarioSchema.set(flag: name, to: texts, in: &flags)
    }
    #expect(file.cases() == flags.cases())
    #expect(file.run == flags.run)
    #expect(file.name == "mine")
    #expect(file.question == "Why?")
    #expect(file.cases().count == 6)
  }

  @Test("flags override a file")
  func overriding() throws {
    var scenario = try scenario("acks: [0, 1]\nrecord-size: 10\n")
    try ScenarioSchema.set(flag: "acks", to: ["all"], in: &scenario)
    #expect(scenario.cases().map(\.workload.acks) == [.all])
    #expect(scenario.cases()[0].workload.recordSizeBytes == 10)
  }

  @Test(
    "a mistake is told with file, line, key and what is allowed",
    arguments: [
      ("acks: [0, 2]", "dir/mine.yaml:1:11: acks: \"2\" is not understood; allowed: 0, 1, all"),
      (
        "# x\n\nack: 1", "dir/mine.yaml:3:1: ack: unknown key; did you mean acks?"
      ),
      (
        "acks: 1\nacks: all",
        "dir/mine.yaml:2:1: acks: this key is there already, in line 1; "
          + "allowed: each key once"
      ),
      (
        "acks: {a: 1}",
        "dir/mine.yaml:1:7: acks: a mapping is not understood; "
          + "allowed: one value or a list of them: 0, 1, all"
      ),
      ("acks: [[0]]", "dir/mine.yaml:1:8: acks: a list is not understood; allowed: 0, 1, all"),
      ("acks:", "dir/mine.yaml:1:6: acks: nothing is not understood; allowed: 0, 1, all"),
      (
        "acks: [0, 0]",
        "dir/mine.yaml:1:7: acks: \"0\", \"0\" is not understood; "
          + "allowed: each value once (0 is there twice)"
      ),
      (
        "repetitions: [1, 2]",
        "dir/mine.yaml:1:14: repetitions: a list is not understood; "
          + "allowed: one value: 1 to 1000"
      ),
      (
        "- acks",
        "dir/mine.yaml:1:1: a list; "
          + "allowed: keys with values, such as \"acks: [0, 1, all]\""
      ),
      (
        "a: &x 1\nb: *x",
        "dir/mine.yaml:1:4: an anchor, an alias or a tag; "
          + "allowed: plain values, lists, mappings"
      ),
      (
        "acks: !!str 1",
        "dir/mine.yaml:1:7: an anchor, an alias or a tag; "
          + "allowed: plain values, lists, mappings"
      ),
      (
        "acks: 1\n---\nacks: 0",
        "dir/mine.yaml:2:1: a second document begins; "
          + "allowed: one document"
      ),
      (
        "name: ../x",
        "dir/mine.yaml:1:7: name: \"../x\" is not understood; "
          + "allowed: up to 64 letters, digits, '.', '_' and '-', not beginning with '.'"
      ),
      (
        "producer-property: {sasl.mechanism: PLAIN}",
        "dir/mine.yaml:1:37: producer-property: \"sasl.mechanism=PLAIN\" is not understood; "
          + "allowed: PLAINTEXT only: TLS and SASL are not there yet (sasl.mechanism)"
      ),
    ])
  func mistakes(yaml: String, message: String) {
    #expect(refusal(yaml) == message)
  }

  @Test("what is no YAML is refused with its line")
  func syntax() {
    #expect(refusal("acks: [0, 1\nbatch-size: 5").hasPrefix("dir/mine.yaml:2:"))
    #expect(refusal("acks: \"0").contains("this is not YAML"))
    #expect(refusal("\u{0}").contains("this is not YAML"))
  }

  @Test(
    "a file that sets nothing is refused: nobody means to run the defaults by it",
    arguments: [
      "", "# nothing\n", "{}",
    ])
  func empty(text: String) {
    #expect(refusal(text).contains("it sets nothing"))
  }

  @Test("huge, deep and crowded files are refused")
  func limits() {
    #expect(refusal(String(repeating: "# comment\n", count: 200_000)).contains("2000000 bytes"))
    let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    #expect(refusal("acks: " + deep).contains("nested too deeply"))
    let crowd = "acks: [" + String(repeating: "0,", count: 20_000) + "0]"
    #expect(refusal(crowd).contains("too many values"))
  }

  @Test("no bytes trap", arguments: 1...40)
  func mutations(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let good = Array((BuiltInScenarios.yaml(named: "acks") ?? "").utf8)
    for _ in 0..<50 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + 9))
        }
      }
      do throws(ScenarioError) {
        let scenario = try Scenario(yaml: bytes, file: "x.yaml")
        try scenario.validate()
      } catch {
        #expect(!error.message.isEmpty)
      }
    }
  }

  @Test("impossible combinations are refused before anything starts")
  func validation() throws {
    func refused(_ yaml: String, _ key: String) throws {
      let scenario = try scenario(yaml)
      do throws(ScenarioError) {
        try scenario.validate()
        Issue.record("accepted: \(yaml)")
      } catch {
        #expect(error.key == key, "\(error)")
      }
    }
    try refused("producers: 0\nconsumers: 0", "consumers")
    try refused("replication-factor: 3", "replication-factor")
    try refused("idempotence: true\nacks: [all, 1]", "idempotence")
    try refused("idempotence: true\nmax-in-flight: 6", "max-in-flight")
    try refused("producers: 0\nrate: 100", "rate")
    try refused("batch-size: 64MiB", "buffer-memory")
    try scenario("replication-factor: 3\nbootstrap: a:1,b:2").validate()
    var many = Scenario()
    let numbers = (1...200).map(String.init).joined(separator: ",")
    for name in ["record-size", "partitions", "key-count"] {
      try ScenarioSchema.set(flag: name, to: [numbers], in: &many)
    }
    #expect(throws: ScenarioError.self) { try many.validate() }
  }

  @Test("defaults are read back as what they are, by their own names")
  func defaultsRoundTrip() throws {
    let configuration = Scenario().effectiveConfiguration(seed: 1)
    #expect(configuration.entries.allSatisfy { $0.isDefault })
    var again = Scenario()
    for entry in configuration.entries where !entry.values.isEmpty {
      try ScenarioSchema.set(flag: entry.name, to: entry.values, in: &again)
    }
    #expect(again.cases().map(\.workload) == [Workload()])
    #expect(again.run == RunSettings())
    #expect(configuration.sweptNames == [])
  }

  @Test("every field has a help line, and what is allowed")
  func help() {
    for field in ScenarioSchema.fields {
      #expect(!field.doc.isEmpty && !field.allowed.isEmpty && !field.valueName.isEmpty)
      #expect(field.doc.first?.isUppercase == false)
      #expect(ScenarioSchema.field(named: field.name)?.name == field.name)
    }
  }
}
