/// What a run made and has not removed yet: `left-behind.json` while it goes on, and
/// `RunResult.leftBehind` where it could not be removed.
public struct LeftBehind: Codable, Sendable, Equatable {
  /// The file's name in the run's directory. It is there as long as something is to be removed.
  public static let fileName = "left-behind.json"

  /// `host:port` of the cluster that the topics and groups are on.
  public var bootstrap: [String] = []
  /// In the order in which they were made.
  public var topics: [String] = []
  public var groups: [String] = []
  /// Directories of a broker of ours on this machine, absolute.
  public var dataDirectories: [String] = []

  public init() {}

  public var isEmpty: Bool { topics.isEmpty && groups.isEmpty && dataDirectories.isEmpty }

  /// A command for each kind of thing, which removes all of that kind.
  public var commands: [String] {
    func quoted(_ words: [String]) -> String { words.map(Self.quoted).joined(separator: " ") }
    let address = Self.quoted(bootstrap.joined(separator: ","))
    var found: [String] = []
    if !topics.isEmpty {
      found.append("weir topics delete --bootstrap \(address) \(quoted(topics))")
    }
    if !groups.isEmpty {
      found.append("weir groups delete --bootstrap \(address) \(quoted(groups))")
    }
    if !dataDirectories.isEmpty { found.append("rm -r -- \(quoted(dataDirectories))") }
    return found
  }

  /// `2 topics and 1 consumer group`
  public var summary: String {
    func count(_ number: Int, _ one: String, _ many: String) -> String? {
      number == 0 ? nil : "\(number) \(number == 1 ? one : many)"
    }
    return [
      count(topics.count, "topic", "topics"),
      count(groups.count, "consumer group", "consumer groups"),
      count(dataDirectories.count, "data directory", "data directories"),
    ].compactMap { $0 }.joined(separator: " and ")
  }

  /// As one word of a POSIX shell.
  private static func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "-._/:,@".utf8.contains(byte)
      }
    }
    return plain && !word.isEmpty
      ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
