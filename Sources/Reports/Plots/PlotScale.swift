import Glibc

/// Where a value lies along an axis, and which values are written there.
struct PlotScale {
  let axis: PlotAxis
  /// The least and the largest value shown.
  let domain: ClosedRange<Double>
  /// Where these two lie, in the plot's units; the first may be the greater.
  let start: Double
  let end: Double

  /// Larger numbers are no measurement of ours, and would overflow the arithmetic.
  static let largest = 1e18

  /// Whether the axis can show `value`.
  static func isShown(_ value: Double, on axis: PlotAxis) -> Bool {
    guard value.isFinite, abs(value) < largest else { return false }
    switch axis.scale {
    case .linear, .automatic: return true
    case .logarithmic: return value > 1e-18
    case .percentile: return value >= 0 && value < 100
    }
  }

  /// - Parameter values: What is to be shown; those that the axis cannot show are left out.
  init(_ axis: PlotAxis, values: [Double], from start: Double, to end: Double) {
    let ends = axis.extent.map { [$0.lowerBound, $0.upperBound] } ?? []
    let axis = axis.resolved(for: values)
    self.axis = axis
    self.start = start
    self.end = end
    let shown = (values + ends).filter { Self.isShown($0, on: axis) }
    let low = shown.min() ?? 0
    let high = shown.max() ?? 1
    switch axis.scale {
    case .linear, .automatic:
      let from = axis.includesZero ? min(0, low) : low
      var to = axis.includesZero ? max(0, high) : high
      if to <= from { to = from + max(1, abs(from) * 0.1) }
      let step = Self.step(from, to, count: 5)
      // The last tick is not over the curve but above it.
      domain = (from / step).rounded(.down) * step...max((to / step).rounded(.up) * step, to)
    case .logarithmic(let base):
      let from = shown.isEmpty ? 1 : low
      let to = shown.isEmpty ? Double(base) : high
      if base == 2 {
        let power = log2(to).rounded(.up)
        let first = log2(from).rounded(.down)
        domain = pow(2, first)...pow(2, max(power, first + 1))
      } else {
        domain =
          Self.decimal(
            from, isUp: false)...max(
            Self.decimal(to, isUp: true), Self.decimal(from, isUp: false) * 10)
      }
    case .percentile:
      domain = 0...max(90, high)
    }
  }

  /// The nearest of 1, 2, 5 × 10^n below or above.
  private static func decimal(_ value: Double, isUp: Bool) -> Double {
    let power = pow(10, log10(value).rounded(.down))
    // A hair of rounding must not give a decade more.
    let mantissa = value / power
    let steps = [1.0, 2, 5, 10]
    if isUp { return (steps.first { $0 >= mantissa * 0.999_999 } ?? 10) * power }
    return (steps.last { $0 <= mantissa * 1.000_001 } ?? 1) * power
  }

  /// How far `value` is along the axis, 0 … 1, for values within the domain.
  private func share(_ value: Double) -> Double {
    func along(_ map: (Double) -> Double) -> Double {
      let low = map(domain.lowerBound)
      let width = map(domain.upperBound) - low
      return width > 0 ? (map(value) - low) / width : 0
    }
    switch axis.scale {
    case .linear, .automatic: return along { $0 }
    case .logarithmic: return along { log10(max($0, 1e-18)) }
    case .percentile: return along { -log10(1 - min($0, 99.999_999_9) / 100) }
    }
  }

  /// The place of `value`; outside the domain its nearer end.
  func place(_ value: Double) -> Double {
    let along = share(min(max(value, domain.lowerBound), domain.upperBound))
    return start + (end - start) * along
  }

  // MARK: Ticks

  /// - Parameter most: How many labels have room.
  func ticks(most: Int) -> [(value: Double, label: String)] {
    switch axis.scale {
    case .linear, .automatic:
      let step = Self.step(domain.lowerBound, domain.upperBound, count: most)
      var ticks: [(Double, String)] = []
      var index = (domain.lowerBound / step).rounded(.up)
      while index * step <= domain.upperBound * (1 + 1e-9) + step * 1e-6, ticks.count <= 2 * most {
        ticks.append((index * step, label(index * step, step: step)))
        index += 1
      }
      return ticks
    case .logarithmic(let base): return base == 2 ? binaryTicks(most) : decimalTicks(most)
    case .percentile:
      let nines = [0, 50, 90, 99, 99.9, 99.99, 99.999, 99.9999, 99.99999]
      let shown = nines.filter { $0 <= domain.upperBound * (1 + 1e-12) }
      let isCrowded = shown.count > most
      return shown.filter { !isCrowded || $0 != 50 }.map { ($0, Self.trimmed($0, 5)) }
    }
  }

  private func binaryTicks(_ most: Int) -> [(value: Double, label: String)] {
    let first = Int(log2(domain.lowerBound).rounded())
    let last = Int(log2(domain.upperBound).rounded())
    let step = max(1, (last - first + most) / max(1, most))
    return stride(from: first, through: last, by: step).map { power in
      let value = pow(2, Double(power))
      return (value, label(value, step: value))
    }
  }

  private func decimalTicks(_ most: Int) -> [(value: Double, label: String)] {
    let first = Int(log10(domain.lowerBound).rounded(.down))
    let last = Int(log10(domain.upperBound).rounded(.up))
    let within = domain.lowerBound * 0.999_999...domain.upperBound * 1.000_001
    for mantissas in [[1.0, 2, 5], [1.0, 3], [1.0]] {
      let values = (first...max(first, last)).flatMap { power in
        mantissas.map { $0 * pow(10, Double(power)) }
      }.filter(within.contains)
      if values.count <= most || mantissas.count == 1 {
        let step = max(1, (values.count + most - 1) / max(1, most))
        return values.enumerated().filter { $0.offset % step == 0 }.map {
          ($0.element, label($0.element, step: $0.element))
        }
      }
    }
    return []
  }

  /// 1, 2 or 5 × 10^n, so that about `count` of them fill the range.
  private static func step(_ low: Double, _ high: Double, count: Int) -> Double {
    let rough = max((high - low) / Double(max(1, count)), 1e-12)
    let power = pow(10, log10(rough).rounded(.down))
    for step in [1.0, 2, 5] where step * power >= rough * 0.999_999 { return step * power }
    return 10 * power
  }

  /// A number short enough for an axis: `250`, `1.5 M`, `16 KiB`.
  private func label(_ value: Double, step: Double) -> String {
    axis.isBytes ? Self.bytes(value) : Self.short(value, step: step)
  }

  static func short(_ value: Double, step: Double) -> String {
    let size = abs(value)
    for (unit, name) in [(1e15, " P"), (1e12, " T"), (1e9, " G"), (1e6, " M"), (1e4, " k")]
    where size >= unit {
      let divisor = unit == 1e4 ? 1e3 : unit
      return trimmed(value / divisor, 3) + name
    }
    let decimals = step >= 1 ? 0 : min(9, Int((-log10(step)).rounded(.up)))
    return size >= 1000 && decimals == 0
      ? Numbers.grouped(value.rounded()) : trimmed(value, max(decimals, 0))
  }

  static func bytes(_ value: Double) -> String {
    for (unit, name) in [
      (1_099_511_627_776.0, "TiB"), (1_073_741_824, "GiB"), (1_048_576, "MiB"),
      (1024, "KiB"),
    ] where abs(value) >= unit {
      return "\(trimmed(value / unit, 1)) \(name)"
    }
    return "\(trimmed(value, 1)) B"
  }

  /// Without zeros at its end.
  private static func trimmed(_ value: Double, _ decimals: Int) -> String {
    var text = Numbers.fixed(value, decimals)
    if text.contains(".") {
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return text == "-0" ? "0" : text
  }
}
