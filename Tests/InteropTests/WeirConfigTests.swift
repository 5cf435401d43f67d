import Foundation
import Testing

extension Interop {
  /// `weir configs` on a broker.
  @Suite("weir configs")
  struct WeirConfigTests {
    private func weir(_ line: String, on broker: BrokerUnderTest) throws -> ChildProcess.Output {
      try ChildProcess([Tools.weir] + words(line) + ["--bootstrap", broker.bootstrap])
        .finish()
    }

    @Test("alters, shows where values come from, and takes them away again")
    func alter() throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("configured")
      try broker.weir("topics create \(topic)")
      let changed = try broker.weir("configs alter --topic \(topic) --set retention.ms=3600000")
      #expect(changed.lines == ["changed topic \(topic): retention.ms=3600000"])
      let own = try broker.weir("configs describe --topic \(topic)")
      #expect(own.lines == ["topic \(topic):", "  retention.ms=3600000 (topic)"])
      let all = try broker.weir("configs describe --topic \(topic) --all").standardOutput
      #expect(all.contains("  cleanup.policy=delete (default)"))
      let json = try broker.weir("configs describe --topic \(topic) --json").standardOutput
      #expect(json.contains("\"isDefault\" : false") && json.contains("\"source\" : \"topic\""))
      let trial = try broker.weir(
        "configs alter --topic \(topic) --delete retention.ms --validate-only")
      #expect(trial.lines == ["would change topic \(topic): retention.ms deleted"])
      try broker.weir("configs alter --topic \(topic) --delete retention.ms")
      let none = try broker.weir("configs describe --topic \(topic)")
      #expect(none.lines.last == "  nothing but defaults; --all shows them")
    }

    @Test("shows a broker's settings", .enabled(if: Tools.otherBroker == nil, "of our broker"))
    func ofBroker() throws {
      let broker = try BrokerUnderTest()
      let text = try broker.weir("configs describe --broker 1").standardOutput
      #expect(text.contains("log.dirs=\(broker.data.path) (file, read-only)"))
    }

    @Test("refuses what cannot be, with the reason")
    func refused() throws {
      let broker = try BrokerUnderTest()
      let topic = broker.topic("refused")
      try broker.weir("topics create \(topic)")
      let cases: [(String, Int32, String)] = [
        ("configs describe", 2, "needs --topic TOPIC or --broker ID"),
        ("configs alter --topic \(topic)", 2, "needs --set KEY=VALUE or --delete KEY"),
        ("configs alter --topic \(topic) --set a=1 --delete a", 2, "a is named twice"),
        ("configs alter --topic \(topic) --set no.such=1", 1, "INVALID_CONFIG"),
        ("configs describe --broker 77", 1, "the cluster has no broker 77 (it has "),
        ("groups list --state Foo", 2, "--state takes one of Stable, Empty"),
        ("groups list --bootstrap-server \(broker.bootstrap)", 2, "did you mean --bootstrap?"),
        ("configs describe --topic missing-\(topic)", 1, "UNKNOWN_TOPIC_OR_PARTITION"),
      ]
      for (line, code, expected) in cases {
        let output = try weir(line, on: broker)
        #expect(output.code == code && output.standardError.contains(expected), "\(output.all)")
      }
    }
  }
}
