import Foundation
import LoadModel
import Testing

@testable import Reports

@Suite("The form of reports")
struct ReportFormTests {
  private static let folded = ReportSection(
    title: "Details of `a<b>`", paragraphs: ["Inside."],
    parts: [
      ReportSection(title: "Open part", paragraphs: ["Open."]),
      ReportSection(title: "Folded part", paragraphs: ["Closed."], isFolded: true),
    ], isFolded: true)

  @Test("a folded section or part shows its title alone, in Markdown too")
  func folds() {
    let markdown = SectionMarkdown.text(Self.folded)
    #expect(
      markdown == """
        <details>
        <summary><b>Details of <code>a&lt;b&gt;</code></b></summary>

        Inside.

        ### Open part

        Open.

        <details>
        <summary><b>Folded part</b></summary>

        Closed.

        </details>

        </details>

        """)
    let html = SectionHtml.text(Self.folded, id: "s1")
    #expect(html.contains("<details>\n<summary><h2>Details of <code class=\"k\">a&lt;b&gt;</code>"))
    #expect(html.contains("<details>\n<summary><h3>Folded part</h3></summary>\n<p>Closed.</p>\n"))
    #expect(html.contains("<h3>Open part</h3>\n<p>Open.</p>"))
  }

  /// `run.json` of a sample, as it is stored.
  static func sample(_ name: String) throws -> RunResult {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return try Reports.read(folder.appending(path: "reports/samples/\(name)/run.json").path)
  }

  static let suites = ["groups", "partition-scaling", "sequential-write", "zero-copy-fetch"]

  @Test("a suite's answer and the run's question are printed once", arguments: suites)
  func answersOnce(name: String) throws {
    let run = try Self.sample(name)
    let report = RunReport(run)
    let answers = report.studySections.flatMap { [$0.answer] + $0.answerPoints }
      .filter { !$0.isEmpty }
    #expect(!answers.isEmpty)
    let text = MarkdownReport(run).text
    for answer in answers + [run.question ?? ""] {
      let written = ReportText.markdown(answer)
      #expect(text.components(separatedBy: written).count == 2, "\(written)")
    }
    #expect(report.sections.first?.answerPoints == answers)
  }
}
