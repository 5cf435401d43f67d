/// One planted fault of a timeline: what is done to a broker or a link, and when.
public struct Fault: Sendable, Equatable {
  public enum Action: String, Codable, Sendable, CaseIterable {
    /// SIGKILL: the process dies, the machine does not.
    case kill
    /// SIGSTOP.
    case pause
    /// SIGCONT.
    case resume = "continue"
    /// Starts a node again on its data, whether it runs or not.
    case restart
    case moveLeader = "move-leader"
    case cutLink = "cut-link"
    case delayLink = "delay-link"
    case healLink = "heal-link"
  }

  /// What a fault hits.
  public enum Target: Sendable, Equatable {
    case node(Int32)
    /// The partition's leader when the fault is due.
    case leader(partition: Int32)
    /// The first replica in sync that is not the leader then.
    case follower(partition: Int32)
    /// The active controller then.
    case controller
    /// A link of the relay, by name.
    case link(String)
  }

  /// Milliseconds after the measured window began.
  public var atMs: Int64
  public var action: Action
  public var target: Target
  /// By how much `delay-link` delays, in milliseconds, each way; nil with any other action.
  public var delayMs: Int64?
  /// After how long it is undone, in milliseconds: kill by restart, pause by continue, a link by
  /// heal. Nil: a later fault undoes it, or the end of the measured window.
  public var durationMs: Int64?

  public init(
    atMs: Int64, _ action: Action, _ target: Target, delayMs: Int64? = nil,
    durationMs: Int64? = nil
  ) {
    self.atMs = atMs
    self.action = action
    self.target = target
    self.delayMs = delayMs
    self.durationMs = durationMs
  }
}

extension Fault.Action {
  /// What undoes it; nil where there is nothing to undo.
  public var undo: Fault.Action? {
    switch self {
    case .kill: .restart
    case .pause: .resume
    case .cutLink, .delayLink: .healLink
    case .resume, .restart, .moveLeader, .healLink: nil
    }
  }

  /// It hits a link and no node.
  public var isOfLink: Bool {
    switch self {
    case .cutLink, .delayLink, .healLink: true
    case .kill, .pause, .resume, .restart, .moveLeader: false
    }
  }

  /// It is asked of a broker's process, by a `BrokerControl`.
  public var isOfProcess: Bool { !isOfLink && self != .moveLeader }
}

extension Fault.Target: CustomStringConvertible {
  /// `node 2`, `leader 0`, `follower 0`, `controller`, `link 1-2`.
  public var description: String {
    switch self {
    case .node(let node): "node \(node)"
    case .leader(let partition): "leader \(partition)"
    case .follower(let partition): "follower \(partition)"
    case .controller: "controller"
    case .link(let name): "link \(name)"
    }
  }

  /// Nil for a text that `description` does not make.
  public init?(_ text: String) {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    if words == ["controller"] {
      self = .controller
      return
    }
    guard words.count == 2 else { return nil }
    if words[0] == "link" {
      guard Self.isLinkName(words[1]) else { return nil }
      self = .link(String(words[1]))
      return
    }
    guard let number = Int32(words[1]), number >= 0 else { return nil }
    switch words[0] {
    case "node": self = .node(number)
    case "leader": self = .leader(partition: number)
    case "follower": self = .follower(partition: number)
    default: return nil
    }
  }

  /// Up to 64 letters, digits, `.`, `_` and `-`.
  static func isLinkName(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.count <= 64
      && text.utf8.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
          || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
          || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
          || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains(byte)
      }
  }
}

extension Fault: CustomStringConvertible {
  /// `kill leader 0`, `delay-link link 1-2 by 50ms`.
  public var actionText: String {
    let text = "\(action.rawValue) \(target)"
    return delayMs.map { "\(text) by \(ValueText.duration($0))" } ?? text
  }

  /// `5s: kill leader 0 for 3s`
  public var description: String {
    let text = "\(ValueText.duration(atMs)): \(actionText)"
    return durationMs.map { "\(text) for \(ValueText.duration($0))" } ?? text
  }
}

extension Fault: Codable {
  private enum Key: String, CodingKey {
    case atMs, action, target, delayMs, durationMs
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    atMs = try values.decode(Int64.self, forKey: .atMs)
    action = try values.decode(Action.self, forKey: .action)
    let text = try values.decode(String.self, forKey: .target)
    guard let target = Target(text) else {
      throw DecodingError.dataCorruptedError(
        forKey: .target, in: values, debugDescription: "\"\(text)\" is no target of a fault")
    }
    self.target = target
    delayMs = try values.decodeIfPresent(Int64.self, forKey: .delayMs)
    durationMs = try values.decodeIfPresent(Int64.self, forKey: .durationMs)
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(atMs, forKey: .atMs)
    try values.encode(action, forKey: .action)
    try values.encode(target.description, forKey: .target)
    try values.encodeIfPresent(delayMs, forKey: .delayMs)
    try values.encodeIfPresent(durationMs, forKey: .durationMs)
  }
}
