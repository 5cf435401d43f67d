import LoadModel
import Statistics

/// What limited a case, for tables and sentences.
enum LimitText {
  /// The heading of `totalCpu`.
  static func totalCpuTitle(processors: Int?) -> String {
    processors.map { "CPU of \($0)" } ?? "CPU"
  }

  /// Cores that the broker, the clients and others used together: `1.93`; nil where not known.
  static func totalCpu(_ entry: CaseResult, processors: Int?) -> String? {
    guard let processors else { return nil }
    return median(entry.counted.compactMap { $0.totalCpu(processors: processors) })
      .map { Numbers.fixed($0, 2) }
  }

  static let resourceTitle = "Limit"

  /// A cell beside a rate; empty where nothing that is measured was the limit.
  static func resource(_ entry: CaseResult, processors: Int?) -> String {
    switch entry.limitingResource(processors: processors) {
    case .generatorThreads: "client thread"
    case .generatorBuffer: "client (buffer empty)"
    case .allProcessors: "all CPUs"
    case .none: ""
    }
  }
}
