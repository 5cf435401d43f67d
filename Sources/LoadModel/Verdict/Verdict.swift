/// What a check came to; the exit codes of `weir check` are the raw values.
public enum VerdictStatus: String, Codable, Sendable, CaseIterable {
  case pass = "PASS"
  case inconclusive = "INCONCLUSIVE"
  case regression = "REGRESSION"

  public var exitCode: Int32 {
    switch self {
    case .pass: 0
    case .inconclusive: 3
    case .regression: 4
    }
  }

  private var severity: Int {
    switch self {
    case .pass: 0
    case .inconclusive: 1
    case .regression: 2
    }
  }

  static func worst(_ all: [VerdictStatus]) -> VerdictStatus {
    all.max { $0.severity < $1.severity } ?? .pass
  }
}

/// One figure of one case, on both sides, and what follows.
///
/// Changes are shares: 0.1 is a tenth more than the reference, whichever way is better.
public struct VerdictLine: Codable, Sendable, Equatable {
  public var caseLabel: String
  /// A name of `CheckMetric`.
  public var metric: String
  public var title: String
  public var kind: CheckMetric.Kind
  public var isHigherBetter: Bool
  /// It takes part in the verdict; others are shown beside it.
  public var decides: Bool
  public var status: VerdictStatus
  /// A sentence.
  public var why: String

  public var reference: Double
  public var candidate: Double
  public var referenceCount: Int
  public var candidateCount: Int
  /// The trimmed mean of the changes of pairs where sides took turns, else of the sides' own.
  public var change: Double
  public var changeLow: Double?
  public var changeHigh: Double?
  /// How much worse it may be.
  public var tolerance: Double
  /// What two lanes of the same thing differ by, on this machine; nil where nothing showed it.
  public var noiseFloor: Double?
  /// How probable such a line is by chance, among all that decide.
  public var probability: Double?
  /// The smallest worsening that the run would have shown in nine of ten, as a share; nil where its
  /// rounds were too few for an interval, and in older files.
  public var smallestShown: Double?
  /// Of a line that is INCONCLUSIVE: how many rounds would show a worsening as large as the
  /// tolerance; nil where no number would.
  public var roundsNeeded: Int?

  /// By how much it is worse, as a share; below zero where it is better.
  public var worsening: Double { isHigherBetter ? -change : change }
  /// The reference had none of it; `change` only says that it is more.
  public var isFromNothing: Bool { reference == 0 && candidate > 0 }
}

/// A check's result: `verdict.json`.
public struct Verdict: Codable, Sendable, Equatable {
  public static let currentSchemaVersion = 1

  public var schemaVersion = Verdict.currentSchemaVersion
  public var weirVersion: String
  public var runId: String
  public var startedUtc: String
  public var finishedUtc: String
  public var status: VerdictStatus
  /// A sentence or two.
  public var why: String
  /// What both sides are, in words.
  public var reference: String
  public var candidate: String
  public var rounds: Int
  /// Both sides were measured in one run: changes are of pairs, which the medians of the sides,
  /// measured over all of it, need not show alike. Absent in older files.
  public var sidesTookTurns: Bool?
  /// Where it was measured.
  public var hostName: String?
  public var lines: [VerdictLine]
  public var control: ControlShift?
  /// What a reader must know besides.
  public var notes: [String]

  /// - Parameters:
  ///   - run: What a lane of the candidate says of itself.
  ///   - runId: Of the whole check.
  public init(
    _ decision: Decision, of run: RunResult, runId: String, reference: String, candidate: String,
    rounds: Int, sidesTookTurns: Bool
  ) {
    weirVersion = run.weirVersion
    self.runId = runId
    startedUtc = run.startedUtc
    finishedUtc = run.finishedUtc ?? run.startedUtc
    status = decision.status
    why = decision.why
    self.reference = reference
    self.candidate = candidate
    self.rounds = rounds
    self.sidesTookTurns = sidesTookTurns
    hostName = run.environment.hostName
    lines = decision.lines
    control = decision.control
    notes = decision.notes
  }

  public var decidingLines: [VerdictLine] { lines.filter(\.decides) }
}

/// How much the control workload differed beside the two sides: it is the same code on both.
public struct ControlShift: Codable, Sendable, Equatable {
  /// Change of its units a second, as a share.
  public var rateChange: Double
  /// Change of its CPU time a unit.
  public var cpuChange: Double
  /// The machine itself was beyond the tolerance, by the wall or by CPU time.
  public var isRateMoved: Bool
  public var isCpuMoved: Bool
  public var count: Int
}
