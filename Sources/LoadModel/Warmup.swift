/// How long a load runs before anything is counted.
public enum Warmup: Sendable, Equatable {
  /// This long, in milliseconds, whatever the load does.
  case fixed(ms: Int64)
  /// Until the load is steady, or until `maxMs`; nil: the limit follows from the time that is
  /// measured.
  case auto(maxMs: Int64?)

  /// The limit where none is given: three times the time that is measured, within these bounds, in
  /// milliseconds. A short load must not be kept waiting for long.
  public static let usualMaxMs: ClosedRange<Int64> = 2_000...30_000
  /// What may be given as a limit, in milliseconds: half of a search must hold 20 windows.
  static let allowedMaxMs: ClosedRange<Int64> = 1_000...36_000_000

  /// The longest that it can be, in milliseconds.
  ///
  /// - Parameter measuredMs: How long is measured; nil where that is not known.
  public func longestMs(measuredMs: Int64?) -> Int64 {
    switch self {
    case .fixed(let ms): return ms
    case .auto(let maxMs?): return maxMs
    case .auto(nil):
      guard let measuredMs else { return Self.usualMaxMs.upperBound }
      let wanted = measuredMs.multipliedReportingOverflow(by: 3)
      return min(
        max(wanted.overflow ? .max : wanted.partialValue, Self.usualMaxMs.lowerBound),
        Self.usualMaxMs.upperBound)
    }
  }

  /// The shortest that it can be, in milliseconds.
  public func shortestMs(measuredMs: Int64?) -> Int64 {
    guard case .auto = self else { return longestMs(measuredMs: measuredMs) }
    return min(1_000, longestMs(measuredMs: measuredMs) / 2)
  }

  /// How long it can be expected to be, in milliseconds: a machine whose rates scatter needs about
  /// half the time that is measured.
  public func likelyMs(measuredMs: Int64?) -> Int64 {
    guard case .auto = self else { return longestMs(measuredMs: measuredMs) }
    let longest = longestMs(measuredMs: measuredMs)
    return min(longest, max(Self.usualMaxMs.lowerBound, (measuredMs ?? longest) / 2))
  }

  /// `2s`, `auto`, `auto:max=120s`, as it is read back.
  public var text: String {
    switch self {
    case .fixed(let ms): ValueText.duration(ms)
    case .auto(nil): "auto"
    case .auto(let maxMs?): "auto:max=\(ValueText.duration(maxMs))"
    }
  }

  /// - Throws: What is allowed instead.
  static func parse(_ text: String) throws(ValueText.Refusal) -> Warmup {
    if text == "auto" { return .auto(maxMs: nil) }
    let prefix = "auto:max="
    guard text.hasPrefix("auto") else {
      do throws(ValueText.Refusal) {
        return .fixed(ms: try ValueText.duration(text, in: 0...36_000_000))
      } catch { throw ValueText.Refusal("auto, auto:max=TIME, or \(error.allowed)") }
    }
    guard text.hasPrefix(prefix) else {
      throw ValueText.Refusal("auto, or auto:max=TIME such as auto:max=120s")
    }
    let time = String(text.dropFirst(prefix.utf8.count))
    do throws(ValueText.Refusal) {
      return .auto(maxMs: try ValueText.duration(time, in: allowedMaxMs))
    } catch { throw ValueText.Refusal("auto:max= with \(error.allowed)") }
  }
}

extension Workload {
  /// How long the load runs before anything is counted.
  public var warmup: Warmup {
    get { isWarmupSearched == true ? .auto(maxMs: warmupMaxMs) : .fixed(ms: warmupMs) }
    set {
      switch newValue {
      case .fixed(let ms): (warmupMs, isWarmupSearched, warmupMaxMs) = (ms, nil, nil)
      case .auto(let maxMs): (warmupMs, isWarmupSearched, warmupMaxMs) = (0, true, maxMs)
      }
    }
  }
}
