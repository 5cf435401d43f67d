import Foundation
import FoundationXML
import LoadModel
import Testing

@testable import Reports

@Suite("report.html")
struct HtmlReportTests {
  /// Names that would be elements, attributes, links or bytes that no parser takes.
  static let hostile = "<script>alert(1)</script>\"'&`|\u{1}](javascript:x)\n# heading"

  @Test("it answers first, has every section of the Markdown, and a plot for each of its files")
  func structure() throws {
    let run = try SampleRun.make()
    let html = HtmlReport(run).text
    let sections = RunReport(run).sections
    #expect(sections.first?.title == "The answer")
    #expect(sections.suffix(2).map(\.title) == ["Environment", "How to read it"])
    for section in sections {
      let title = MarkupText.escaped(ReportText.plain(section.title))
      #expect(html.contains("<h2>\(title)</h2>"), "\(title)")
    }
    let plots = sections.flatMap(\.allPlots)
    #expect(html.components(separatedBy: "<figure>").count - 1 == plots.count)
    #expect(Set(plots.map(\.name)).count == plots.count)
    for name in ["compare-produced", "compare-cpu", "produced-over-time"] {
      #expect(plots.contains { $0.name == name }, "\(name)")
    }
    for tag in ["section", "div", "table", "figure", "svg", "ul", "p", "details"] {
      let opened = [">", " "].map { html.components(separatedBy: "<\(tag)\($0)").count - 1 }
      #expect(opened.reduce(1, +) == html.components(separatedBy: "</\(tag)>").count, "\(tag)")
    }
  }

  @Test("it needs nothing from elsewhere, and no script")
  func selfContained() throws {
    let html = HtmlReport(try SampleRun.make()).text
    for word in ["http:", "https:", "src=", "@import", "url(", "<script"] {
      #expect(!html.contains(word), "\(word)")
    }
    #expect(html.contains("prefers-color-scheme:dark"))
    #expect(html.contains("width=device-width"))
  }

  @Test("names that others chose stay text in every file")
  func hostileNames() throws {
    var run = try SampleRun.make(flags: [("acks", "1,all")])
    run.scenario = Self.hostile
    run.runId = Self.hostile
    run.question = Self.hostile
    run.environment.cpuModel = Self.hostile
    run.environment.commandLine = [Self.hostile]
    run.configuration.file = Self.hostile
    run.warnings = [.other(text: Self.hostile)]
    run.cases[0].label = Self.hostile
    run.cases[0].repetitions[0].failure = Self.hostile
    run.cases[0].repetitions[0].errors = [ErrorCount(name: Self.hostile, count: 1)]
    for file in Reports.derived(from: run) {
      if file.name.hasSuffix(".svg") { try Self.parse(file.text, file.name) }
      guard !file.name.hasSuffix(".csv"), !file.name.hasSuffix(".hlog") else { continue }
      if file.name == "report.md" {
        #expect(!Self.withoutCode(file.text).contains("<script"))
        #expect(!Self.withoutCode(file.text).contains("](javascript"))
        #expect(!file.text.contains("\n# heading"))
      } else {
        #expect(!file.text.contains("<script"), "\(file.name)")
        #expect(!file.text.contains("\u{1}"), "\(file.name)")
      }
    }
    // A field is one field, whatever is in it.
    let csv = ResultsTable.csv(run)
    #expect(csv.contains("\"<script>alert(1)</script>\"\"'&`|\u{1}](javascript:x)\n# heading\""))
  }

  private static func withoutCode(_ markdown: String) -> String {
    markdown.components(separatedBy: "\n").map { line in
      line.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 0 }
        .map(\.element).joined()
    }.joined(separator: "\n")
  }

  /// Fails where `text` is no well-formed XML.
  static func parse(_ text: String, _ name: String) throws {
    let parser = XMLParser(data: Data(text.utf8))
    #expect(parser.parse(), "\(name): \(parser.parserError.map(String.init(describing:)) ?? "")")
  }

  @Test(
    "empty, partial and single runs make whole files without a nan",
    arguments: [
      (0, "thin-no-case.md"), (1, "thin-partial.md"), (2, "thin-one-round.md"),
      (3, "thin-no-time.md"), (4, "thin-not-numbers.md"),
    ])
  func thin(kind: Int, golden: String) throws {
    var run = try SampleRun.make(flags: [("acks", "0,1"), ("repetitions", "1")])
    switch kind {
    case 0: run.cases = []
    case 1:
      run.isPartial = true
      run.cases[1].repetitions = []
      run.cases[0].repetitions[0].isPartial = true
    case 2: break
    case 3:
      for index in run.cases.indices {
        run.cases[index].repetitions[0].durationS = 0
        run.cases[index].repetitions[0].intervals = []
      }
    default:
      run.cases[0].repetitions[0].batchSizeAchievedBytes = .infinity
      run.cases[0].repetitions[0].durationS = .nan
      run.cases[1].repetitions[0].durationS = -1
      run.cases[1].repetitions[0].intervals[0].durationS = .infinity
      run.cases[1].repetitions[0].intervals[1].startS = .nan
    }
    let files = Reports.derived(from: run)
    for file in files where file.name.hasSuffix(".svg") {
      try Self.parse(file.text, file.name)
      let words = file.text.split { !$0.isLetter }.map { $0.lowercased() }
      #expect(!words.contains("nan") && !words.contains("inf"), "\(file.name)")
    }
    Golden.expect(
      golden,
      RunReport(run).markdown("The answer", "Results", "What each setting does, all else equal"))
  }

  @Test("figures that the generator limited say so beside themselves")
  func marks() throws {
    var run = try SampleRun.make(flags: [("acks", "1,all")])
    for place in run.cases[1].repetitions.indices {
      run.cases[1].repetitions[place].generatorBusyShare = 0.99
    }
    var results = try #require(RunReport(run).resultSection)
    results.plots = []
    Golden.expect("generator-limit.md", SectionMarkdown.text(results))
    Golden.expect("generator-limit.html", SectionHtml.text(results, id: "s1"))
  }
}
