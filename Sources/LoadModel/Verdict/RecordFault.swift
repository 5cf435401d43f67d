/// Records that came to harm in a check. A broker that breaks them is not as good as another,
/// however fast it is: a check that meets one has no verdict.
public struct RecordFault: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// Acknowledged, and gone.
    case lost
    /// Duplicated, reordered, corrupted or in another partition.
    case unsound
  }

  public var kind: Kind
  public var text: String

  public init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }

  private static let unsoundKinds:
    [(name: String, count: KeyPath<Verification, Int64> & Sendable)] = [
      ("duplicated", \.duplicated), ("reordered", \.reordered), ("corrupted", \.corrupted),
      ("in another partition", \.wrongPartition),
    ]

  /// What the candidate's records suffered and those of the reference, in the same case, did not.
  ///
  /// - Parameter reference: None: every fault counts.
  /// - Returns: Nil where there is nothing, or where it is no fault of the broker's.
  public static func unsound(candidate: [RunResult], reference: [RunResult]) -> RecordFault? {
    let cases = candidate.first?.cases ?? []
    let found = cases.compactMap { entry -> String? in
      func sum(
        _ runs: [RunResult], _ count: KeyPath<Verification, Int64>, isExcusable: Bool
      ) -> Int64 {
        runs.flatMap { $0.cases.filter { $0.index == entry.index } }.flatMap(\.repetitions)
          .filter { !isExcusable || !mayHaveRetried($0, entry.workload) }
          .compactMap { $0.verification?[keyPath: count] }.clampedSum
      }
      let own = unsoundKinds.compactMap { kind -> String? in
        let isOrder = kind.count == \.duplicated || kind.count == \.reordered
        let count = sum(candidate, kind.count, isExcusable: isOrder)
        guard count > 0, sum(reference, kind.count, isExcusable: false) == 0 else { return nil }
        return "\(count) \(kind.name)"
      }
      guard !own.isEmpty else { return nil }
      return (cases.count > 1 ? "\(entry.label): " : "") + own.joined(separator: ", ")
    }
    guard !found.isEmpty else { return nil }
    let whose = reference.isEmpty ? "" : " of the candidate, and none of the reference,"
    return RecordFault(
      .unsound, "records\(whose) came back unsound: \(found.joined(separator: "; "))")
  }

  /// A producer that is not idempotent and did not hear of a batch sends it again, which may store
  /// it twice, or late: that is Kafka's promise, too.
  private static func mayHaveRetried(_ repetition: RepetitionResult, _ load: Workload) -> Bool {
    !load.isIdempotent
      && (repetition.errorCount > 0 || (repetition.verification?.uncertain ?? 0) > 0)
  }

  /// What a reader of a verdict must know of one side's records: faults that are none of the
  /// candidate's alone, errors, and what could not be verified.
  ///
  /// - Parameter side: `reference`
  public static func notes(_ runs: [RunResult], side: String) -> [String] {
    let repetitions = runs.flatMap(\.cases).flatMap(\.repetitions)
    let verifications = repetitions.compactMap(\.verification)
    func sum(_ count: KeyPath<Verification, Int64>) -> Int64 {
      verifications.map { $0[keyPath: count] }.clampedSum
    }
    var notes: [String] = []
    let faults = unsoundKinds.map { ($0.name, sum($0.count)) }.filter { $0.1 > 0 }
    if !faults.isEmpty {
      let list = faults.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
      notes.append("Records of the \(side) came back unsound: \(list).")
    }
    let errors = repetitions.flatMap(\.errors)
    if let worst = errors.max(by: { $0.count < $1.count }), worst.count > 0 {
      notes.append(
        "Clients of the \(side) met \(errors.map(\.count).clampedSum) errors, most often"
          + " \(worst.name).")
    }
    let unverified = sum(\.unverified)
    if unverified > 0 {
      notes.append(
        "\(unverified) records of the \(side) were not verified:"
          + " \(Verification.unverifiedText(verifications)).")
    }
    let notVisible = verifications.compactMap(\.notVisible).clampedSum
    if notVisible > 0 {
      notes.append(
        "\(notVisible) acknowledged records of the \(side) are above the high watermark, where no"
          + " consumer can read them.")
    }
    return notes
  }
}
