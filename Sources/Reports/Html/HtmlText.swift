/// The texts of reports as HTML.
enum HtmlText {
  static func inline(_ text: String) -> String {
    ReportText.runs(of: text).map { run in
      let safe = MarkupText.escaped(run.text)
      return switch run.style {
      case .plain: safe
      // A short name is not broken at its dashes.
      case .code: "<code\(run.text.count <= 24 ? " class=\"k\"" : "")>\(safe)</code>"
      case .strong: "<strong>\(safe)</strong>"
      }
    }.joined()
  }
}
