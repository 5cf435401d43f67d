import Foundation

/// The processes of a cluster's brokers on this machine, through restarts: one that was started
/// again has another number and the same command line.
struct BrokerProcesses {
  /// In the order in which the user named them.
  private var pids: [Int32]
  private let commands: [String?]

  init(_ pids: [Int32]) {
    self.pids = pids
    commands = pids.map(Self.command)
  }

  /// The processes as they are now, where any is another one than before; nil where all are the
  /// same, or one is not found.
  mutating func changed() -> [Int32]? {
    let gone = pids.indices.filter { Self.command(pids[$0]) != commands[$0] }
    guard !gone.isEmpty else { return nil }
    let running = Self.running()
    var found = pids
    for index in gone {
      guard let command = commands[index] else { return nil }
      let candidates = running.filter { Self.command($0) == command }
      guard candidates.count == 1 else { return nil }
      found[index] = candidates[0]
    }
    pids = found
    return found
  }

  private static func running() -> [Int32] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }
  }

  /// Nil where there is no such process, or it has ended.
  static func command(_ pid: Int32) -> String? {
    guard let text = ProcessFacts.text(of: "/proc/\(pid)/cmdline"), !text.isEmpty else {
      return nil
    }
    return text
  }
}
