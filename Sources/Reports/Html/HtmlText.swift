/// The texts of reports as HTML.
enum HtmlText {
  /// - Parameter hasClasses: The page has the report's style.
  static func inline(_ text: String, hasClasses: Bool = true) -> String {
    ReportText.runs(of: text).map { run in
      let safe = MarkupText.escaped(run.text)
      return switch run.style {
      case .plain: safe
      // A short name is not broken at its dashes.
      case .code: "<code\(hasClasses && run.text.count <= 24 ? " class=\"k\"" : "")>\(safe)</code>"
      case .strong: "<strong>\(safe)</strong>"
      }
    }.joined()
  }
}
