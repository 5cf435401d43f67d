import Statistics
import Testing

@Suite("Histogram")
struct HistogramTests {
  /// Values over many orders of magnitude, as latencies are.
  private func values(_ count: Int, seed: UInt64) -> [Int64] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      Int64(
        UInt64.random(in: 0...UInt64.max, using: &random)
          >> UInt64.random(in: 23...63, using: &random))
    }
  }

  @Test(
    "percentiles are those of the sorted values, to three digits and never under",
    arguments: 1...8 as ClosedRange<UInt64>)
  func percentilesMatchSorting(seed: UInt64) throws {
    let sample = values(20_000 + Int(seed), seed: seed).filter { $0 <= Histogram.hour }
    var histogram = Histogram()
    for value in sample { histogram.record(value) }
    let sorted = sample.sorted()
    for percentile in [0.0, 1, 25, 50, 90, 99, 99.9, 99.99, 100] {
      let rank = max(1, Int((percentile / 100 * Double(sorted.count)).rounded(.up)))
      let exact = sorted[rank - 1]
      let found = try #require(histogram.percentile(percentile))
      #expect(found >= exact)
      #expect(Double(found) <= Double(exact) * 1.001 + 1)
    }
    #expect(histogram.min == sorted.first)
    #expect(histogram.max == sorted.last)
    #expect(histogram.totalCount == Int64(sorted.count))
    let mean = sorted.reduce(0.0) { $0 + Double($1) } / Double(sorted.count)
    #expect(abs(try #require(histogram.mean) - mean) <= mean * 0.001)
  }

  @Test("small values are exact")
  func smallValues() {
    var histogram = Histogram()
    for value in 0..<2048 as Range<Int64> { histogram.record(value) }
    #expect(histogram.percentile(50) == 1023)
    #expect(histogram.percentile(99.9) == 2045)
    #expect(histogram.percentile(100) == 2047)
    #expect(histogram.mean == 1023.5)
  }

  @Test("a percentile whose rank is whole takes that rank")
  func wholeRanks() {
    var histogram = Histogram()
    for value in 1...1000 as ClosedRange<Int64> { histogram.record(value) }
    #expect(histogram.percentile(99.9) == 999)
    #expect(histogram.percentile(99) == 990)
    #expect(histogram.percentile(0) == 1)
    #expect(histogram.percentile(250) == 1000)
  }

  @Test("negative values are counted apart, values over the highest in the last cell")
  func outside() {
    var histogram = Histogram(highestTrackable: 1_000_000)
    histogram.record(-5, count: 3)
    histogram.record(-7)
    #expect(histogram.totalCount == 0)
    #expect(histogram.percentile(50) == nil)
    #expect(histogram.max == nil)
    #expect(histogram.negativeCount == 4)
    #expect(histogram.negativeMin == -7)
    #expect(!histogram.isEmpty)
    histogram.record(5_000_000, count: 2)
    #expect(histogram.aboveHighestCount == 2)
    #expect(histogram.totalCount == 2)
    #expect(histogram.max == 5_000_000)
  }

  @Test("merging is the same as recording into one", arguments: 1...4 as ClosedRange<UInt64>)
  func merging(seed: UInt64) {
    var parts = [Histogram(), Histogram(), Histogram()]
    var whole = Histogram()
    for (index, value) in values(3000, seed: seed).enumerated() {
      let signed = index % 97 == 0 ? -value : value
      parts[index % 3].record(signed, count: Int64(index % 5 + 1))
      whole.record(signed, count: Int64(index % 5 + 1))
    }
    var merged = Histogram()
    for part in parts { merged.merge(part) }
    #expect(merged == whole)
  }

  @Test("a histogram of another shape is merged value by value")
  func mergingShapes() throws {
    var coarse = Histogram(
      lowestDiscernible: 1000, highestTrackable: 10_000_000_000, significantDigits: 2)
    for value in values(2000, seed: 5) where value < 10_000_000_000 { coarse.record(value) }
    var fine = Histogram()
    fine.merge(coarse)
    #expect(fine.totalCount == coarse.totalCount)
    #expect(fine.max == coarse.max)
    let median = try #require(coarse.percentile(50))
    #expect(abs(Double(try #require(fine.percentile(50)) - median)) <= Double(median) * 0.001)
  }

  @Test("reset forgets everything")
  func resetting() {
    var histogram = Histogram()
    histogram.record(5)
    histogram.record(-5)
    histogram.reset()
    #expect(histogram == Histogram())
  }

  @Test("what is written is read again", arguments: 1...6 as ClosedRange<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var histogram = Histogram()
    for (index, value) in values(Int(seed * seed) * 40, seed: seed).enumerated() {
      histogram.record(index % 50 == 0 ? -value : value, count: Int64(1) << Int64(index % 40))
    }
    #expect(try HistogramData(histogram).histogram() == histogram)
  }

  @Test("an empty histogram is read again")
  func emptyRoundTrip() throws {
    #expect(try HistogramData(Histogram()).histogram() == Histogram())
  }

  @Test("bytes that are no histogram are refused, whatever they are")
  func hostileBytes() {
    var histogram = Histogram()
    for value in values(100, seed: 9) { histogram.record(value) }
    let good = histogram.encodedV2()
    for length in 0..<good.count {
      #expect(throws: HistogramError.self) { try Histogram(encodedV2: Array(good.prefix(length))) }
    }
    var random = SplitMix64(seed: 77)
    for _ in 0..<300 {
      var bad = good
      bad[Int.random(in: 0..<16, using: &random)] = UInt8.random(in: 0...255, using: &random)
      bad[Int.random(in: 40..<bad.count, using: &random)] = UInt8.random(
        in: 0...255, using: &random)
      _ = try? Histogram(encodedV2: bad)
    }
    var data = HistogramData(histogram)
    data.counts = "not base64"
    #expect(throws: HistogramError.notBase64) { try data.histogram() }
    data = HistogramData(histogram)
    data.count += 1
    #expect(throws: HistogramError.self) { try data.histogram() }
  }
}

@Suite("Independent samples beyond a percentile")
struct TailSampleTests {
  private func data(_ count: Int64) -> HistogramData {
    var histogram = Histogram()
    histogram.record(1_000_000, count: count)
    return HistogramData(histogram)
  }

  @Test(
    "records of one batch are one sample",
    arguments: [
      (25_000, 1_700, 99, 17), (25_000, nil, 99, 250), (1_000, nil, 99, 10), (999, nil, 99, 9),
      (10_000, 50_000, 99.9, 10), (9_999, nil, 99.9, 9), (20, nil, 50, 10), (5, 0, 99, 0),
      (100_000, nil, 99.99, 10),
    ] as [(Int64, Int64?, Double, Int64)])
  func samples(count: Int64, batches: Int64?, percentile: Double, expected: Int64) {
    let data = data(count)
    #expect(data.tailSamples(beyond: percentile, batches: batches) == expected)
    #expect(data.isKnown(percentile: percentile, batches: batches) == (expected >= 10))
  }
}
