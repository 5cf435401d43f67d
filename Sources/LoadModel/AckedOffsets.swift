/// Where the log holds the acknowledged records of one producer and partition, by sequence.
///
/// Batches that follow each other in sequence and in offset share one run. Where other producers'
/// batches lie between them, each batch is a run of its own; a long measurement then joins old
/// neighbours, whose offsets are known as an interval only.
struct AckedOffsets: Sendable {
  struct Run: Sendable, Equatable {
    var sequences: Range<UInt64>
    /// The first offset, and the one behind the last; wider than the run where it was joined.
    var offsets: Range<Int64>

    /// Sequence n of it is at the n-th offset.
    var isExact: Bool { UInt64(offsets.count) == sequences.upperBound &- sequences.lowerBound }
  }

  /// In the order of their acknowledgements.
  private(set) var runs: [Run] = []
  /// Behind the last acknowledged offset; 0 where none is known.
  private(set) var end: Int64 = 0
  /// Records that were acknowledged without an offset: acks=0, or a duplicate of a lost answer.
  private(set) var unknownCount: UInt64 = 0
  /// More runs than this are joined; raised where too few can be, so that a batch stays cheap.
  private var limit: Int

  init(limit: Int) { self.limit = max(8, limit) }

  /// - Parameter baseOffset: Below zero where the broker answered none.
  /// - Complexity: O(1), amortized.
  mutating func note(_ sequences: Range<UInt64>, baseOffset: Int64) {
    let count = Int64(clamping: sequences.upperBound &- sequences.lowerBound)
    guard count > 0 else { return }
    guard baseOffset >= 0, baseOffset <= .max - count else {
      unknownCount &+= UInt64(count)
      return
    }
    let offsets = baseOffset..<baseOffset + count
    end = max(end, offsets.upperBound)
    if let last = runs.last, last.isExact, last.sequences.upperBound == sequences.lowerBound,
      last.offsets.upperBound == offsets.lowerBound
    {
      runs[runs.count - 1].sequences = last.sequences.lowerBound..<sequences.upperBound
      runs[runs.count - 1].offsets = last.offsets.lowerBound..<offsets.upperBound
      return
    }
    runs.append(Run(sequences: sequences, offsets: offsets))
    if runs.count > limit { joinOldest() }
  }

  /// Joins the older half pair by pair, where two follow each other in sequence.
  private mutating func joinOldest() {
    var joined: [Run] = []
    joined.reserveCapacity(runs.count)
    let half = runs.count / 2
    var index = 0
    while index < half {
      var run = runs[index]
      if index + 1 < half, runs[index + 1].sequences.lowerBound == run.sequences.upperBound {
        let next = runs[index + 1]
        run.sequences = run.sequences.lowerBound..<next.sequences.upperBound
        run.offsets =
          min(
            run.offsets.lowerBound, next.offsets.lowerBound)..<max(
            run.offsets.upperBound, next.offsets.upperBound)
        index += 1
      }
      joined.append(run)
      index += 1
    }
    runs = joined + runs[half...]
    if runs.count > limit / 8 * 7 { limit *= 2 }
  }

  /// How many of some records lie where.
  struct Places: Equatable {
    /// Below `watermark`.
    var below = SequenceSet()
    /// From `watermark` on, and before `logEnd`.
    var between = SequenceSet()
    /// From `logEnd` on.
    var beyond = SequenceSet()
    /// Without an offset, or with one that is not known exactly enough.
    var unknown = SequenceSet()
  }

  /// Sorts records by their offsets.
  ///
  /// - Parameters:
  ///   - sequences: Acknowledged ones.
  ///   - logEnd: At least `watermark`.
  /// - Complexity: O(r log r) for r runs and ranges.
  func places(of sequences: SequenceSet, watermark: Int64, logEnd: Int64) -> Places {
    var places = Places()
    var found = SequenceSet()
    for run in runs.sorted(by: { $0.sequences.lowerBound < $1.sequences.lowerBound }) {
      let part = sequences.intersection(run.sequences)
      guard !part.isEmpty else { continue }
      found.formUnion(part)
      guard run.isExact else {
        if run.offsets.upperBound <= watermark {
          places.below.formUnion(part)
        } else if run.offsets.lowerBound >= logEnd {
          places.beyond.formUnion(part)
        } else if run.offsets.lowerBound >= watermark, run.offsets.upperBound <= logEnd {
          places.between.formUnion(part)
        } else {
          places.unknown.formUnion(part)
        }
        continue
      }
      let atWatermark = Self.sequence(at: watermark, in: run)
      let atEnd = max(atWatermark, Self.sequence(at: logEnd, in: run))
      places.below.formUnion(part.intersection(0..<atWatermark))
      places.between.formUnion(part.intersection(atWatermark..<atEnd))
      places.beyond.formUnion(part.intersection(atEnd..<run.sequences.upperBound))
    }
    places.unknown.formUnion(sequences.subtracting(found))
    return places
  }

  /// The first sequence of an exact run at or behind `offset`.
  private static func sequence(at offset: Int64, in run: Run) -> UInt64 {
    let place = min(max(offset, run.offsets.lowerBound), run.offsets.upperBound)
    return run.sequences.lowerBound &+ UInt64(place - run.offsets.lowerBound)
  }
}
