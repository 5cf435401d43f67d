import Foundation
import Testing

@testable import LoadModel

@Suite("Planted faults")
struct FaultTests {
  static let targets: [(Fault.Target, String)] = [
    (.node(2), "node 2"), (.leader(partition: 0), "leader 0"),
    (.follower(partition: 11), "follower 11"), (.controller, "controller"),
    (.link("client-1"), "link client-1"),
  ]

  @Test("a target is read back from its text", arguments: targets)
  func targetText(target: Fault.Target, text: String) {
    #expect(target.description == text)
    #expect(Fault.Target(text) == target)
  }

  @Test(
    "what is no target is refused",
    arguments: [
      "", "node", "node ", "node two", "node -1", "node 1 2", "leader", "controller 1", "link",
      "link ", "link a/b", "leader 99999999999", "Node 1",
    ])
  func badTarget(text: String) { #expect(Fault.Target(text) == nil) }

  @Test("a record in run.json reads back, and keeps its target as text")
  func coding() throws {
    var record = FaultRecord(
      fault: Fault(atMs: 5000, .delayLink, .link("1-2"), delayMs: 50, durationMs: 3000),
      startedS: 5.001)
    record.doneS = 5.2
    let bytes = try JSONEncoder().encode(record)
    #expect(try JSONDecoder().decode(FaultRecord.self, from: bytes) == record)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("\"target\":\"link 1-2\"") && text.contains("\"delay-link\""))
    let damaged = text.replacingOccurrences(of: "link 1-2", with: "moon 1")
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(FaultRecord.self, from: Data(damaged.utf8))
    }
  }
}
