extension Sequence where Element == Int64 {
  /// The sum, or the nearest end of the range: a result file's numbers can be anything.
  public var clampedSum: Int64 {
    reduce(0) { sum, value in
      let next = sum.addingReportingOverflow(value)
      return next.overflow ? (value > 0 ? .max : .min) : next.partialValue
    }
  }
}
