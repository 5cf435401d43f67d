/// What happened to the cluster while a repetition ran, and what its clients met.
///
/// Times are seconds after measuring began; what happened during the warm-up is before 0.
public struct RunEvents: Codable, Sendable, Equatable {
  /// The connection to a broker ended.
  public struct NodeLoss: Codable, Sendable, Equatable {
    public var node: Int32
    public var lostS: Double
    /// When it was connected again; nil: not before the end.
    public var backS: Double?
    public var reason: String

    public init(node: Int32, lostS: Double, backS: Double? = nil, reason: String) {
      self.node = node
      self.lostS = lostS
      self.backS = backS
      self.reason = reason
    }
  }

  /// A partition's new leader, and the last that it had before, as the metadata name them.
  public struct LeaderChange: Codable, Sendable, Equatable {
    public var partition: Int32
    public var from: Int32
    public var to: Int32
    public var atS: Double

    public init(partition: Int32, from: Int32, to: Int32, atS: Double) {
      self.partition = partition
      self.from = from
      self.to = to
      self.atS = atS
    }
  }

  /// A time within the window without an acknowledgement.
  public struct Silence: Codable, Sendable, Equatable {
    public var startS: Double
    public var durationS: Double
    /// Whose; nil: no partition was acknowledged.
    public var partition: Int32?
    /// The window or the load ended first: it lasted at least so long. Nil where an acknowledgement
    /// ended it, and in older files.
    public var isOpen: Bool?

    public init(startS: Double, durationS: Double, partition: Int32? = nil) {
      self.startS = startS
      self.durationS = durationS
      self.partition = partition
    }
  }

  public var nodeLosses: [NodeLoss] = []
  /// The first `leaderChangesMax`.
  public var leaderChanges: [LeaderChange] = []
  public var leaderChangeCount: Int64 = 0
  /// The whole window where no acknowledgement came. Nil where none is due: with acks=0, without
  /// producers, and where the load was over before the window began.
  public var longestSilence: Silence?
  /// Of the partitions that were acknowledged at all: the longest of any.
  public var longestPartitionSilence: Silence?

  public static let leaderChangesMax = 1_000
  /// A silence that is reported where nothing else happened, in seconds.
  public static let silenceS = 2.0

  public init() {}

  /// A node was lost, or a partition's leader moved.
  public var isClusterChanged: Bool { !nodeLosses.isEmpty || leaderChangeCount > 0 }

  /// Whether a node was away, or a leader moved, between two times: what was measured there is not
  /// the effect of anything else.
  ///
  /// - Parameters:
  ///   - fromS: Seconds after measuring began.
  ///   - untilS: Of the same clock.
  public func disturbs(fromS: Double, untilS: Double) -> Bool {
    let isAway = nodeLosses.contains { $0.lostS <= untilS && ($0.backS ?? .infinity) >= fromS }
    return isAway || leaderChanges.contains { (fromS...untilS).contains($0.atS) }
      // Changes that were counted and not kept came after those that were.
      || (leaderChangeCount > Int64(leaderChanges.count)
        && untilS >= leaderChanges.last?.atS ?? -.infinity)
  }

  /// `Node 2 was lost at 3.1 s and back at 9.8 s; 4 leader changes; …`; nil where nothing happened.
  ///
  /// - Parameters:
  ///   - retries: What requests were sent again for, by error.
  ///   - windowS: How long was measured, in seconds: what happened later is said to lie after it.
  public func text(retries: [ErrorCount] = [], windowS: Double = .infinity) -> String? {
    var parts = nodeLosses.prefix(8).map { loss in
      var back = loss.backS.map { "back at \(Self.seconds($0))" } ?? "not back before the end"
      if let backS = loss.backS, backS > windowS {
        back += ", after the measured \(Self.seconds(windowS))"
      }
      return "node \(loss.node) was lost at \(Self.seconds(loss.lostS)) and \(back)"
    }
    if nodeLosses.count > 8 { parts.append("\(nodeLosses.count - 8) more losses of nodes") }
    if leaderChangeCount > 0 {
      parts.append("\(leaderChangeCount) leader change\(leaderChangeCount == 1 ? "" : "s")")
    }
    let isQuiet = parts.isEmpty
    if let silence = longestSilence, !isQuiet || silence.durationS >= Self.silenceS {
      var text = "longest silence of acknowledgements \(Self.length(silence))"
      text += " (from \(Self.seconds(silence.startS)))"
      if let one = longestPartitionSilence, let partition = one.partition, !isQuiet,
        one.durationS > silence.durationS * 1.05
      {
        text += ", of partition \(partition) \(Self.length(one))"
        text += " (from \(Self.seconds(one.startS)))"
      }
      parts.append(text)
    }
    if !isQuiet, !retries.isEmpty {
      let names = retries.sorted { $0.count > $1.count }.prefix(4).map {
        "\($0.count) × \($0.name)"
      }
      parts.append("requests sent again after \(names.joined(separator: ", "))")
    }
    guard let first = parts.first else { return nil }
    return first.prefix(1).uppercased() + first.dropFirst()
      + parts.dropFirst().map { "; \($0)" }.joined() + "."
  }

  /// `3.1 s`, `at least 3.1 s`
  private static func length(_ silence: Silence) -> String {
    (silence.isOpen == true ? "at least " : "") + seconds(silence.durationS)
  }

  /// `3.1 s`
  private static func seconds(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "an unknown time" }
    let tenths = Int64((value * 10).rounded())
    return "\(tenths < 0 ? "−" : "")\(abs(tenths) / 10).\(abs(tenths) % 10) s"
  }
}

extension RepetitionResult {
  /// What happened, as a sentence with the repetition it belongs to; nil where nothing did.
  public var eventText: String? {
    events?.text(retries: retries ?? [], windowS: durationS).map {
      "Repetition \(repetition): \($0)"
    }
  }
}
