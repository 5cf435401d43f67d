import LoadModel
import Testing

@testable import Reports

@Suite("Which case won")
struct ContestTests {
  private func contest(_ one: [Double], _ other: [Double]) throws -> Contest {
    let run = try SampleRun.make(flags: [("acks", "1,all")])
    let metric = Metric("x") { $0.batchSizeAchievedBytes }
    var rows: [(name: String, entry: CaseResult)] = []
    for (index, values) in [one, other].enumerated() {
      var entry = run.cases[index]
      let base = entry.repetitions[0]
      entry.repetitions = values.map { value in
        var repetition = base
        repetition.batchSizeAchievedBytes = value
        return repetition
      }
      rows.append((entry.label, entry))
    }
    return try #require(Contest(metric, isHigherBetter: true, among: rows))
  }

  @Test("ranges that overlap show no difference")
  func overlap() throws {
    let found = try contest([10, 12, 14], [9, 11, 12.5])
    #expect(found.best.name == "acks=1")
    #expect(!found.isApart)
    #expect(found.certainty.contains("does not tell them apart"))
  }

  @Test("ranges apart say how often chance alone would part them")
  func apart() throws {
    let found = try contest([1, 2, 3], [4, 5, 6])
    #expect(found.best.name == "acks=all")
    #expect(found.isApart)
    // In either direction: 2 of 20.
    #expect(found.certainty.contains("suggests a difference and no more"))
    #expect(found.certainty.contains("2 equal cases show ranges apart in up to 1 of 10 runs"))
    #expect(found.factor == 2.5)
  }

  @Test("with six and more repetitions the factor has an interval")
  func interval() throws {
    let found = try contest([1, 1.1, 1.2, 0.9, 1, 1], [2, 2.1, 2.2, 1.9, 2, 2])
    #expect(found.certainty.contains("95 % interval of the factor"))
    #expect(found.certainty.contains("up to 1 of 462 runs"))
  }

  @Test("one repetition proves nothing")
  func single() throws {
    #expect(try contest([1], [2]).certainty.contains("one repetition each"))
  }

  @Test("equal cases lie apart as often as is said, in either direction", arguments: [2, 3, 6])
  func simulated(count: Int) throws {
    var random = SeededRandom(seed: UInt64(count))
    let rounds = 4000
    var apart = 0
    var chance = 0.0
    let metric = Metric("x") { $0.batchSizeAchievedBytes }
    var entry = try SampleRun.make(flags: [("acks", "1")]).cases[0]
    var base = entry.repetitions[0]
    base.intervals = []
    base.produceLatency = nil
    base.serviceTime = nil
    base.endToEndLatency = nil
    for _ in 0..<rounds {
      let rows = (0..<2).map { index -> (name: String, entry: CaseResult) in
        entry.repetitions = (0..<count).map { _ in
          base.batchSizeAchievedBytes = Double.random(in: 1..<2, using: &random)
          return base
        }
        return ("\(index)", entry)
      }
      let found = try #require(Contest(metric, isHigherBetter: true, among: rows))
      apart += found.isApart ? 1 : 0
      chance = found.chance
    }
    let share = Double(apart) / Double(rounds)
    #expect(abs(share - chance) < 4 * (chance * (1 - chance) / Double(rounds)).squareRoot())
  }

  @Test("of more cases the two foremost are apart no more often than is said")
  func simulatedOfFour() throws {
    var random = SeededRandom(seed: 4)
    var apart = 0
    let metric = Metric("x") { $0.batchSizeAchievedBytes }
    var entry = try SampleRun.make(flags: [("acks", "1")]).cases[0]
    let base = entry.repetitions[0]
    for _ in 0..<1000 {
      let rows = (0..<4).map { index -> (name: String, entry: CaseResult) in
        entry.repetitions = (0..<4).map { _ in
          var one = base
          one.batchSizeAchievedBytes = Double.random(in: 1..<2, using: &random)
          return one
        }
        return ("\(index)", entry)
      }
      let found = try #require(Contest(metric, isHigherBetter: true, among: rows))
      #expect(abs(found.chance - 12.0 / 70) < 1e-9)
      apart += found.isApart ? 1 : 0
    }
    #expect(Double(apart) / 1000 <= 12.0 / 70 + 0.04)
    #expect(apart > 0)
  }
}
