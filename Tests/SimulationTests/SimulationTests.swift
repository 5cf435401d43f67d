import Foundation
import Testing

@testable import Simulation

@Suite("the simulator", .serialized)
struct SimulationTests {
  @Test("a broker with faults keeps its promises", arguments: UInt64(1)...8)
  func holds(seed: UInt64) {
    let outcome = Simulation.run(seed: seed)
    #expect(outcome.failure == nil)
    #expect(outcome.faults.count >= 5 && outcome.seconds >= 60)
    #expect(outcome.acknowledged > 1_000 && outcome.read >= outcome.acknowledged)
  }

  @Test("one seed has one trace, in whatever process")
  func trace() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    func lines() throws -> [String] {
      let process = Process()
      process.executableURL = root.appending(path: ".build/debug/Simulate")
      process.arguments = ["20", "2"]
      let output = Pipe()
      process.standardOutput = output
      try process.run()
      let text = String(
        decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      // What is behind it is how long this machine took.
      return text.split(separator: "\n").compactMap {
        $0.split(separator: ",").dropLast().joined(separator: ",")
      }
    }
    let first = try lines()
    #expect(first.count == 2 && first[0].contains("trace"))
    #expect(try lines() == first)
  }
}
