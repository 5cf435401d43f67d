/// The texts of reports: one line, with two marks, `` `code` `` and `**strong**`.
public enum ReportText {
  enum Style { case plain, code, strong }

  /// A name that others chose, as code: it cannot end its mark, nor its line.
  public static func code(_ name: String) -> String {
    "`" + oneLine(name).replacing("`", with: "'") + "`"
  }

  /// Texts from elsewhere cannot begin a heading or a list of their own.
  public static func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 })
  }

  /// The text in runs of one style. A mark that is not closed stands for itself.
  static func runs(of text: String) -> [(text: String, style: Style)] {
    var runs: [(text: String, style: Style)] = []
    var rest = Substring(oneLine(text))
    var isStrong = false
    var plain = ""
    func flush() {
      if !plain.isEmpty { runs.append((plain, isStrong ? .strong : .plain)) }
      plain = ""
    }
    while let first = rest.first {
      if first == "`", let end = rest.dropFirst().firstIndex(of: "`") {
        flush()
        runs.append((String(rest[rest.index(after: rest.startIndex)..<end]), .code))
        rest = rest[rest.index(after: end)...]
      } else if rest.hasPrefix("**"), isStrong || rest.dropFirst(2).contains("**") {
        flush()
        isStrong.toggle()
        rest = rest.dropFirst(2)
      } else {
        plain.append(first)
        rest = rest.dropFirst()
      }
    }
    flush()
    return runs
  }

  /// As Markdown: what is not a mark cannot become HTML or a link.
  static func markdown(_ text: String) -> String {
    runs(of: text).map { run in
      switch run.style {
      case .code: return "`\(run.text)`"
      case .plain, .strong:
        let safe = run.text.replacing("<", with: "&lt;").replacing("](", with: "]\\(")
        return run.style == .strong ? "**\(safe)**" : safe
      }
    }.joined()
  }

  /// Without its marks, for places that have no styles.
  static func plain(_ text: String) -> String {
    runs(of: text).map(\.text).joined()
  }
}
