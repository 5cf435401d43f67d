import Foundation
import Testing

@testable import LoadModel

@Suite("The example for a CI service")
struct CIExampleTests {
  private func child(_ name: String, of node: YamlNode?) -> YamlNode? {
    guard case .mapping(let entries)? = node?.value else { return nil }
    return entries.first { text($0.key) == name }?.value
  }

  private func text(_ node: YamlNode?) -> String? {
    guard case .scalar(let text, _)? = node?.value else { return nil }
    return text
  }

  @Test("it keeps one folder of the workspace whatever happens, and the exit code of the check")
  func workflow() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Benchmarks/ci/github-actions.yml").standardized
    let document = try YamlReader.document(Array(try Data(contentsOf: file)), file: file.path)
    let job = child("check", of: child("jobs", of: document))
    guard case .sequence(let steps)? = child("steps", of: job)?.value else {
      Issue.record("it has no steps")
      return
    }
    let upload = try #require(
      steps.first { text(child("uses", of: $0))?.hasPrefix("actions/upload-artifact@") == true })
    #expect(text(child("if", of: upload)) == "always()")
    let path = try #require(text(child("path", of: child("with", of: upload))))
    // One relative path: several lines, or a runner's own folder, are not found from a container.
    #expect(!path.contains("\n") && !path.contains("$") && !path.hasPrefix("/"))
    let run = try #require(
      steps.compactMap { text(child("run", of: $0)) }.first { $0.contains("weir check") })
    for option in ["--output", "--junit", "--summary"] {
      #expect(run.contains("\(option) \(path)/"), "\(option)")
    }
    #expect(run.contains("GITHUB_STEP_SUMMARY") && run.contains("exit \"$code\""))
    #expect(!run.contains("runner.temp") && !run.contains("RUNNER_TEMP"))
  }
}
