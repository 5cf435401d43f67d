/// Where the bytes of a fetch come from.
public enum FetchSource: String, Sendable, CaseIterable {
  /// Written meanwhile, at a fixed rate: the consumer waits for them, as most consumers do.
  case tailing
  /// Written before and still in the page cache.
  case cached
  /// Written before, the page cache dropped for those files.
  case cold
}

/// How a broker of ours brings the bytes of a file to a socket.
public enum FetchPath: String, Sendable, CaseIterable {
  case sendfile
  case copy
}

/// The settings of the suite `zero-copy-fetch`, read.
public struct ZeroCopyFetchSettings: Sendable {
  public var paths: [FetchPath]
  public var sources: [FetchSource]
  public var fetchSizes: [Int]
  public var consumers: [Int]
  public var recordSize: Int
  public var batchSize: Int
  public var compressibility: Double
  /// Bytes of values that are there to be read.
  public var volumeBytes: Int64
  /// Records a second that a tailing consumer waits for.
  public var rate: LoadRate
  /// How long it does.
  public var durationMs: Int64
  /// A cluster that is not ours is measured.
  let isCluster: Bool

  /// - Parameter scenario: With its suite's defaults.
  public init(_ scenario: Scenario) {
    isCluster = scenario.run.target.kind == .cluster
    paths = scenario.suiteValues("fetch-paths").compactMap(FetchPath.init)
    sources = scenario.suiteValues("sources").compactMap(FetchSource.init)
    fetchSizes = scenario.values("fetch-size", \.fetchMaxBytes)
    consumers = scenario.values("consumers", \.consumers)
    recordSize = scenario.values("record-size", \.recordSizeBytes)[0]
    batchSize = scenario.values("batch-size", \.batchSizeBytes)[0]
    compressibility = scenario.values("compressibility", \.compressibility)[0]
    rate = scenario.values("rate", \.rate)[0]
    durationMs = scenario.values("duration", \.durationMs)[0] ?? 2000
    volumeBytes =
      scenario.suiteValues("volume").first.flatMap { try? ValueText.size($0, in: 1...(1 << 44)) }
      ?? 512 << 20
  }

  /// What the suite answers: of one path, a cluster's own, nothing can be compared.
  public var question: String {
    isCluster
      ? "How fast are fetches from the cluster, by fetch size and number of consumers?"
      : "Is a fetch by sendfile cheaper and faster than one copied through the broker's memory: at"
        + " the tail, from the page cache, from the disk?"
  }

  /// One a consumer at least, so that each has something to read.
  public var partitions: Int32 { Int32(clamping: consumers.max() ?? 1) }
  public var records: Int64 { max(1, volumeBytes / Int64(max(1, recordSize))) }
}

extension SuiteDefinition {
  static let zeroCopyFetch = SuiteDefinition(
    keys: [
      "bootstrap", "broker-pid", "data-dir", "broker-loops", "broker-property", "fetch-paths",
      "sources", "fetch-size", "consumers", "record-size", "batch-size", "compressibility",
      "volume", "rate", "duration",
    ],
    defaults: [
      ("fetch-paths", FetchPath.allCases.map(\.rawValue)),
      ("sources", FetchSource.allCases.map(\.rawValue)),
      ("fetch-size", ["64KiB", "1MiB"]),
      ("consumers", ["1", "4"]),
      ("record-size", ["1KiB"]),
      ("batch-size", ["16KiB"]),
      ("volume", ["512MiB"]),
      ("rate", ["20000"]),
      ("duration", ["2s"]),
    ],
    check: { scenario throws(ScenarioError) in try checkZeroCopyFetch(scenario) },
    plan: { ZeroCopyFetchSettings($0).plan(repetitions: $0.run.repetitions) })

  private static func checkZeroCopyFetch(_ scenario: Scenario) throws(ScenarioError) {
    try scenario.refuseSeveral(of: [
      "record-size", "batch-size", "compressibility", "volume", "rate", "duration",
    ])
    let settings = ZeroCopyFetchSettings(scenario)
    if settings.turns.isEmpty {
      throw scenario.refusal(
        "sources",
        "the page cache of a cluster that is not ours cannot be dropped, so that nothing"
          + " is left to measure", allowed: "tailing or cached, with --bootstrap")
    }
    if settings.volumeBytes > 1 << 40 {
      throw scenario.refusal(
        "volume", "the suite needs its bytes on the disk", allowed: "64KiB to 1TiB")
    }
    if let number = settings.consumers.first(where: { !(1...256).contains($0) }) {
      throw scenario.refusal(
        "consumers", "\(number) consumers cannot be measured", allowed: "1 to 256")
    }
    if let size = settings.fetchSizes.first(where: { $0 < settings.batchSize }) {
      throw scenario.refusal(
        "fetch-size", "\(ValueText.size(Int64(size))) is less than a batch, and batches come whole",
        allowed: "batch-size (\(ValueText.size(Int64(settings.batchSize)))) or more")
    }
    if settings.sources.contains(.tailing), settings.rate.target == nil {
      throw scenario.refusal(
        "rate", "a consumer at the tail waits for records that come at a rate",
        allowed: "records a second, such as 20000")
    }
    try scenario.refuseWithoutStamp(settings.recordSize)
  }
}

extension ScenarioSchema {
  static let zeroCopyFetchFields: [ScenarioField] = [
    .suite(
      "fetch-paths", of: [.zeroCopyFetch], "PATH",
      allowed: FetchPath.allCases.map(\.rawValue).joined(separator: ", "), default: "",
      "how a broker of ours sends fetched records"
    ) { text throws(ValueText.Refusal) in
      guard let path = FetchPath(rawValue: text) else {
        throw ValueText.Refusal(FetchPath.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return path.rawValue
    },
    .suite(
      "sources", of: [.zeroCopyFetch], "SOURCE",
      allowed: FetchSource.allCases.map(\.rawValue).joined(separator: ", "), default: "",
      "where fetched bytes come from: the page cache, the disk, or a producer at work"
    ) { text throws(ValueText.Refusal) in
      guard let source = FetchSource(rawValue: text) else {
        throw ValueText.Refusal(FetchSource.allCases.map(\.rawValue).joined(separator: ", "))
      }
      return source.rawValue
    },
  ]
}
