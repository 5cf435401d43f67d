import Foundation
import Testing

/// Who may import whom: a room imports what its arrows reach, and nothing else.
@Suite("the rooms of the house")
struct ImportTests {
  /// The arrows, left imports right; what they reach is the closure.
  static let arrows: [String: Set<String>] = [
    "weir": ["LoadRunner", "Reports", "BrokerServer", "KafkaClient", "CommitLog"],
    "Reports": ["LoadModel"],
    "LoadModel": ["Statistics", "CYaml"],
    "LoadRunner": [
      "LoadModel", "KafkaClient", "BrokerServer", "BrokerCore", "CommitLog", "EventLoop",
      "CSystem",
    ],
    "KafkaClient": ["KafkaMessages", "Transport"],
    "BrokerServer": ["BrokerCore", "Transport", "EventLoop"],
    "Simulation": ["BrokerServer", "KafkaClient", "LoadModel"],
    "BrokerCore": ["CommitLog", "KafkaMessages"],
    "CommitLog": ["KafkaFormat", "CSystem"],
    "KafkaMessages": ["KafkaFormat"],
    "KafkaFormat": ["CIsal", "CZstd", "CLZ4", "CSnappy", "CDeflate"],
    "EventLoop": ["Transport", "CSystem"],
    "Transport": [],
    "Statistics": [],
    "Observability": ["Statistics"],
    "MessageGenerator": [],
  ]

  /// Rooms that may not know of the logger and the metrics.
  static let withoutObservability: Set<String> = ["KafkaFormat", "Statistics", "Observability"]

  /// The toolchain's modules; Foundation apart.
  static let toolchain: Set<String> = ["Glibc", "Synchronization", "Swift", "Testing"]
  static let foundation: Set<String> = ["Foundation", "FoundationEssentials", "Dispatch"]
  /// Rooms that may use Foundation; below them start-up and memory stay small.
  static let foundationRooms: Set<String> = ["LoadRunner", "Reports", "weir", "MessageGenerator"]

  /// The rooms where `unsafe` may stand. A `/` names one file or folder of a room.
  static let unsafeRooms: [String] = [
    "CommitLog/", "EventLoop/", "LoadModel/", "BrokerServer/", "weir/", "LoadRunner/",
    "Observability/Logger.swift",
    "Observability/Logger.swift", "Transport/ReceiveBuffer.swift", "KafkaFormat/",
  ]

  static func reach(_ target: String) -> Set<String> {
    var reached: Set<String> = []
    var next = Array(arrows[target] ?? [])
    while let one = next.popLast() {
      if reached.insert(one).inserted { next += arrows[one] ?? [] }
    }
    if !withoutObservability.contains(target) {
      reached.formUnion(["Observability", "Statistics"])
    }
    return reached
  }

  @Test("each file imports only what its room's arrows reach")
  func imports() {
    let rooms = Set(Self.arrows.keys)
    for path in Tree.files where path.hasSuffix(".swift") && path.hasPrefix("Sources/") {
      guard let target = Tree.target(of: path), rooms.contains(target) else {
        Issue.record("\(path) belongs to no room of the table in ImportTests.swift")
        continue
      }
      let allowed = Self.reach(target).union(Self.toolchain).union([target])
      for module in importedModules(path) where !allowed.contains(module) {
        if Self.foundation.contains(module) {
          if Self.foundationRooms.contains(target) { continue }
          Issue.record("\(path) imports \(module); \(target) does without Foundation")
        } else {
          Issue.record("\(path) imports \(module), which no arrow of \(target) reaches")
        }
      }
    }
  }

  @Test("the word unsafe stands only where the design leaves pointers")
  func unsafeWords() {
    for path in Tree.swiftFiles where path.hasPrefix("Sources/") {
      let inRoom = path.dropFirst("Sources/".count)
      if Self.unsafeRooms.contains(where: { inRoom.hasPrefix($0) }) { continue }
      for (index, line) in Tree.lines(path).enumerated()
      where line.contains("unsafe") && withoutComment(line).contains(/\bunsafe\b/) {
        // A load from a span checks its bounds, and says unsafe for what the bits may mean.
        if line.contains(".unsafeLoad") { continue }
        Issue.record("\(path):\(index + 1) says unsafe, which this room does without")
      }
    }
  }

  private func importedModules(_ path: String) -> [String] {
    Tree.lines(path).filter { $0.contains("import ") }.compactMap { line in
      guard
        let match = line.firstMatch(
          of: /^\s*(?:@[\w()]+\s+)*(?:\w+\s+)?import\s+(?:(?:struct|class|enum|func)\s+)?(\w+)/
        )
      else { return nil }
      return String(match.1)
    }
  }
}
