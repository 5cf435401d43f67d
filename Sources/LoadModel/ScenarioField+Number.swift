extension ScenarioField {
  /// A count, as an axis.
  static func count<Number: FixedWidthInteger & Sendable>(
    _ name: String, _ path: WritableKeyPath<Workload, Number> & Sendable, group: Group,
    in range: ClosedRange<Int64>, _ doc: String
  ) -> ScenarioField {
    .axis(
      name, path, group: group, "N", allowed: "\(range.lowerBound) to \(range.upperBound)", doc,
      text: { "\($0)" },
      parse: { text throws(ValueText.Refusal) in
        Number(clamping: try ValueText.count(text, in: range))
      })
  }

  /// A size in bytes, as an axis.
  static func size<Number: FixedWidthInteger & Sendable>(
    _ name: String, _ path: WritableKeyPath<Workload, Number> & Sendable, group: Group,
    in range: ClosedRange<Int64>, _ doc: String
  ) -> ScenarioField {
    .axis(
      name, path, group: group, "SIZE",
      allowed: "\(ValueText.size(range.lowerBound)) to \(ValueText.size(range.upperBound))",
      doc, text: { ValueText.size(Int64($0)) },
      parse: { text throws(ValueText.Refusal) in
        Number(clamping: try ValueText.size(text, in: range))
      })
  }
}
