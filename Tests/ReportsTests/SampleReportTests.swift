import Foundation
import Testing

@testable import Reports

@Suite("reports/samples")
struct SampleReportTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "reports/samples")

  private static let names =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()

  @Test("there is one of every suite")
  func complete() {
    let wanted: Set = [
      "groups", "partition-scaling", "quick", "sequential-write", "zero-copy-fetch",
    ]
    #expect(wanted.isSubset(of: Self.names))
  }

  @Test(
    "each is what this Weir makes of its run.json; `weir report` makes it again",
    arguments: names)
  func current(name: String) throws {
    let sample = Self.folder.appending(path: name)
    let run = try Reports.read(sample.appending(path: "run.json").path)
    let files = Reports.derived(from: run)
    #expect(files.contains { $0.name == "report.md" })
    for file in files {
      let path = sample.appending(path: file.name)
      guard file.name == "report.md" || FileManager.default.fileExists(atPath: path.path) else {
        continue
      }
      Golden.expect(file: path, file.text)
    }
  }
}
