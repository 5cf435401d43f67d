import Foundation
import LoadModel
import Testing

@Suite("Built-in scenarios")
struct BuiltInScenarioTests {
  @Test("each is what its file in Benchmarks/Scenarios is", arguments: BuiltInScenarios.names)
  func sameAsFile(name: String) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let file = root.appending(path: "Benchmarks/Scenarios/\(name).yaml")
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(BuiltInScenarios.yaml(named: name) == text)
  }

  @Test("each can be run", arguments: BuiltInScenarios.names)
  func valid(name: String) throws {
    let scenario = try #require(try BuiltInScenarios.scenario(named: name))
    try scenario.validate()
    #expect(scenario.name == name)
    // A suite's own question follows from what is measured.
    #expect(scenario.question != nil || scenario.run.suite != nil)
    #expect(scenario.run.suite?.rawValue == name || scenario.caseCount > 1 || name == "check")
  }

  @Test("another name is none")
  func unknown() throws {
    #expect(try BuiltInScenarios.scenario(named: "nothing")?.name == nil)
  }
}
