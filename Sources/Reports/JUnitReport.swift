import LoadModel

/// A verdict as JUnit XML: a test case for each figure that decides. A REGRESSION is a failure,
/// what is INCONCLUSIVE was skipped.
///
/// ```
/// testsuites ─► testsuite ─► properties, testcase ─► failure | skipped | error
/// ```
enum JUnitReport {
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
    let failures = lines.count { $0.status == .regression }
    let skipped = lines.count { $0.status == .inconclusive } + (isVagueAlone ? 1 : 0)
    let properties = [
      ("verdict", verdict.status.rawValue), ("why", verdict.why),
      ("reference", verdict.reference), ("candidate", verdict.candidate),
      ("rounds", "\(verdict.rounds)"),
    ]
    return document(
      cases, tests: cases.count, failures: failures, errors: 0, skipped: skipped,
      properties: properties, timestamp: verdict.startedUtc)
  }

  static func xml(error: String) -> String {
    let entry = element(
      "measure", of: "all", child: "<error message=\"\(escaped(error))\" type=\"weir\"/>")
    return document(
      [entry], tests: 1, failures: 0, errors: 1, skipped: 0,
      properties: [("verdict", "could not measure")], timestamp: nil)
  }

  private static func document(
    _ cases: [String], tests: Int, failures: Int, errors: Int, skipped: Int,
    properties: [(String, String)], timestamp: String?
  ) -> String {
    let counts =
      "tests=\"\(tests)\" failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"\(skipped)\""
    let time = timestamp.map { " timestamp=\"\(escaped($0.filter { $0 != "Z" }))\"" } ?? ""
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text += "<testsuites name=\"weir check\" \(counts)>\n"
    text += "  <testsuite name=\"weir check\" \(counts)\(time)>\n    <properties>\n"
    for (name, value) in properties {
      text += "      <property name=\"\(name)\" value=\"\(escaped(value))\"/>\n"
    }
    text += "    </properties>\n"
    text += cases.joined()
    return text + "  </testsuite>\n</testsuites>\n"
  }

  private static func testCase(_ line: VerdictLine) -> String {
    let figures =
      "reference \(Numbers.readable(line.reference)), candidate"
      + " \(Numbers.readable(line.candidate)), change \(ChangeText.change(line))"
    let message = escaped("\(line.title): \(line.why)")
    let child: String
    switch line.status {
    case .pass: child = "<system-out>\(escaped("\(line.why)\n\(figures)"))</system-out>"
    case .inconclusive: child = "<skipped message=\"\(message)\"/>"
    case .regression:
      child =
        "<failure message=\"\(message)\" type=\"REGRESSION\">\(escaped(figures))</failure>"
    }
    return element(line.metric, of: line.caseLabel, child: child)
  }

  private static func element(_ name: String, of group: String, child: String) -> String {
    "    <testcase classname=\"weir.\(escaped(group))\" name=\"\(escaped(name))\">\n"
      + "      \(child)\n    </testcase>\n"
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
