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
}
