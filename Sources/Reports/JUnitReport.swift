import FoundationEssentials
import LoadModel

/// A verdict as JUnit XML: a test case for each figure that decides. A REGRESSION is a failure,
/// what is INCONCLUSIVE was skipped.
///
/// ```
/// testsuites ─► testsuite ─► properties, testcase ─► failure | skipped | error
///                         └► system-out, system-err
/// ```
/// It is what Jenkins' schema and Ant's both allow: the root has no attributes, the suite all that
/// either asks for, and a case that passed nothing within it. Cases take no time of their own.
enum JUnitReport {
  /// Where and when the suite was run.
  struct Frame {
    var hostName: String?
    /// `2026-01-02T03:04:05Z`
    var startedUtc: String
    var seconds: Double
  }

  static func xml(_ verdict: Verdict) -> String {
    let lines = verdict.decidingLines
    var cases = lines.map(testCase)
    // A verdict on all of them may be less sure than every one of them.
    let isVagueAlone =
      verdict.status == .inconclusive && !lines.contains { $0.status == .inconclusive }
    if isVagueAlone {
      cases.append(
        element("verdict", of: "all", child: "<skipped message=\"\(escaped(verdict.why))\"/>"))
    }
    let counts = Counts(
      tests: cases.count, failures: lines.count { $0.status == .regression },
      skipped: lines.count { $0.status == .inconclusive } + (isVagueAlone ? 1 : 0))
    let properties = [
      ("verdict", verdict.status.rawValue), ("why", verdict.why),
      ("reference", verdict.reference), ("candidate", verdict.candidate),
      ("rounds", "\(verdict.rounds)"),
    ]
    let frame = Frame(
      hostName: verdict.hostName, startedUtc: verdict.startedUtc,
      seconds: seconds(from: verdict.startedUtc, to: verdict.finishedUtc))
    return document(
      cases, counts, properties: properties, frame: frame, output: VerdictText.text(verdict))
  }

  /// Of a check that could not measure.
  static func xml(error: String, frame: Frame) -> String {
    let entry = element(
      "measure", of: "all", child: "<error message=\"\(escaped(error))\" type=\"weir\"/>")
    return document(
      [entry], Counts(tests: 1, errors: 1), properties: [("verdict", "could not measure")],
      frame: frame, output: "could not measure: \(error)\n")
  }

  /// Of a check whose records came to harm: that is no trouble of measuring.
  static func xml(fault: RecordFault, frame: Frame) -> String {
    let (name, type) = RecordFaultText.testCase(fault.kind)
    let title = RecordFaultText.title(fault.kind)
    let entry = element(
      name, of: "all",
      child: "<failure message=\"\(escaped(fault.text))\" type=\"\(type)\"/>")
    return document(
      [entry], Counts(tests: 1, failures: 1), properties: [("verdict", title)], frame: frame,
      output: "\(title): \(fault.text)\n")
  }

  private struct Counts {
    var tests: Int
    var failures = 0
    var errors = 0
    var skipped = 0
  }

  private static func seconds(from start: String, to end: String) -> Double {
    let dates = [start, end].map { try? Date($0, strategy: .iso8601) }
    guard let from = dates[0], let until = dates[1] else { return 0 }
    return max(0, until.timeIntervalSince(from))
  }

  private static func document(
    _ cases: [String], _ counts: Counts, properties: [(String, String)], frame: Frame,
    output: String
  ) -> String {
    let host = frame.hostName.flatMap { $0.isEmpty ? nil : $0 } ?? "localhost"
    let time = ValueText.plain((frame.seconds * 1000).rounded() / 1000)
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
    text += "  <testsuite name=\"weir check\" package=\"weir\" id=\"0\""
    text += " tests=\"\(counts.tests)\" failures=\"\(counts.failures)\""
    text += " errors=\"\(counts.errors)\" skipped=\"\(counts.skipped)\" time=\"\(time)\""
    text += " timestamp=\"\(escaped(String(frame.startedUtc.prefix(19))))\""
    text += " hostname=\"\(escaped(host))\">\n    <properties>\n"
    for (name, value) in properties {
      text += "      <property name=\"\(name)\" value=\"\(escaped(value))\"/>\n"
    }
    text += "    </properties>\n" + cases.joined()
    text += "    <system-out>\(escapedText(output))</system-out>\n"
    return text + "    <system-err></system-err>\n  </testsuite>\n</testsuites>\n"
  }

  private static func testCase(_ line: VerdictLine) -> String {
    let figures =
      "reference \(Numbers.readable(line.reference)), candidate"
      + " \(Numbers.readable(line.candidate)), change \(ChangeText.change(line))"
    let message = escaped("\(line.title): \(line.why)")
    let child: String?
    switch line.status {
    case .pass: child = nil
    case .inconclusive: child = "<skipped message=\"\(message)\"/>"
    case .regression:
      child =
        "<failure message=\"\(message)\" type=\"REGRESSION\">\(escaped(figures))</failure>"
    }
    return element(line.metric, of: line.caseLabel, child: child)
  }

  private static func element(_ name: String, of group: String, child: String?) -> String {
    let head =
      "    <testcase classname=\"weir.\(escaped(group))\" name=\"\(escaped(name))\" time=\"0\""
    guard let child else { return head + "/>\n" }
    return head + ">\n      \(child)\n    </testcase>\n"
  }

  /// Between tags lines stay lines.
  private static func escapedText(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { escaped(String($0)) }
      .joined(separator: "\n")
  }

  /// What XML cannot hold at all is left out.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n": result += "&#10;"
      case "\t": result += "&#9;"
      default:
        let isAllowed = scalar.value >= 0x20 && scalar.value != 0xfffe && scalar.value != 0xffff
        if isAllowed { result.unicodeScalars.append(scalar) }
      }
    }
    return result
  }
}
