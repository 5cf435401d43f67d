import Foundation
import LoadModel
import Testing

@Suite("The steady state in result files")
struct SteadyStateFileTests {
  private func repetition(_ steady: SteadyState?, isPartial: Bool = false) -> RepetitionResult {
    var result = RepetitionResult(
      repetition: 1, turn: 0, startedUtc: "2026-01-02T03:04:05Z", durationS: 1)
    result.steady = steady
    result.isPartial = isPartial
    return result
  }

  @Test("a repetition of an older file, which has no state, decodes")
  func olderFile() throws {
    let text = """
      {"repetition": 2, "turn": 1, "startedUtc": "2026-01-02T03:04:05Z", "durationS": 1.5,
       "errors": [], "isPartial": false, "intervals": []}
      """
    let decoded = try JSONDecoder().decode(RepetitionResult.self, from: Data(text.utf8))
    #expect(decoded.durationS == 1.5)
    #expect(decoded.steady == nil && decoded.isLogFull == nil)
  }

  @Test("state and memory are written and read back")
  func roundTrip() throws {
    var result = repetition(SteadyState(warmupS: 2, unsettled: [.rate], drifted: [.cpuPerGB]))
    result.isLogFull = true
    let data = try JSONEncoder().encode(result)
    #expect(try JSONDecoder().decode(RepetitionResult.self, from: data) == result)
    #expect(result.steady?.isReached == false)
    let memory = MemoryPreparation(
      bytes: 1 << 30, passes: 3, first: .init(cpuSPerGB: 2, wallSPerGB: 2.5),
      last: .init(cpuSPerGB: 0.3, wallSPerGB: 0.4))
    let written = try JSONEncoder().encode(memory)
    #expect(try JSONDecoder().decode(MemoryPreparation.self, from: written) == memory)
  }

  @Test("a case is not steady where more than half of its whole repetitions were not")
  func ofACase() {
    let good = repetition(SteadyState(warmupS: 1))
    let bad = repetition(SteadyState(warmupS: 30, unsettled: [.rate]))
    func isSteady(_ repetitions: RepetitionResult...) -> Bool? {
      var entry = CaseResult(index: 0, label: "", workload: Workload())
      entry.repetitions = repetitions
      return entry.isSteady
    }
    #expect(isSteady(good, good, bad) == true)
    #expect(isSteady(good, bad) == true)
    #expect(isSteady(good, bad, bad) == false)
    #expect(isSteady(repetition(nil), bad) == false)
    #expect(isSteady(repetition(nil)) == nil)
    #expect(isSteady(repetition(bad.steady, isPartial: true)) == nil)
  }
}
