/// The texts of reports as HTML.
enum HtmlText {
  static func inline(_ text: String) -> String {
    ReportText.runs(of: text).map { run in
      let safe = MarkupText.escaped(run.text)
      return switch run.style {
      case .plain: safe
      case .code: "<code>\(safe)</code>"
      case .strong: "<strong>\(safe)</strong>"
      }
    }.joined()
  }
}
