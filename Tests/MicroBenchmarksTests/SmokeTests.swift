import Testing

@testable import MicroBenchmarks

@Suite("Micro-benchmarks")
struct SmokeTests {
  @Test("every one runs once", arguments: Registry.all().map(\.name))
  func smoke(name: String) throws {
    let benchmark = try #require(Registry.all().first { $0.name == name })
    let result = try benchmark.measure(.smoke)
    #expect(result.iterations >= 1 && result.secondsPerIteration > 0)
    #expect(Main.row(result).hasPrefix(name))
  }
}
